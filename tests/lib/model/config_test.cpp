#include "model/config.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace mha;

namespace {

std::string refusal(const ConfigRequest& request, Status status) {
  try {
    load_config(request);
  } catch (const Error& error) {
    CHECK(error.status() == status);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("every preset is a consistent configuration") {
  for (const Preset& preset : presets) {
    ConfigRequest request;
    request.config = preset.name;
    const Config config = load_config(request);
    CHECK(config.hidden_size == config.num_attention_heads * config.head_dim);
    CHECK(config.num_key_value_heads == config.num_attention_heads);
  }
}

TEST_CASE("options override the preset, and head_dim follows unless it is given") {
  ConfigRequest request;
  request.num_heads = 8;
  CHECK(load_config(request).head_dim == 96);
  request.num_heads = 7;
  request.head_dim = 10;
  request.num_kv_heads = 1;
  const Config config = load_config(request);
  CHECK(config.attention().query_features() == 70);
  CHECK(config.attention().key_features() == 10);
}

TEST_CASE("heads that do not divide are refused with the nearest that do") {
  ConfigRequest request;
  request.num_heads = 7;
  CHECK(refusal(request, Status::usage) ==
        "--num-heads is 7, which does not divide hidden_size 768 (nearest: 6, 8); or give --head-dim");
  request.num_heads = 1000;
  CHECK(refusal(request, Status::usage).find("(nearest: 768)") != std::string::npos);
  request.num_heads = 12;
  request.num_kv_heads = 5;
  CHECK(refusal(request, Status::usage) ==
        "--num-kv-heads is 5, which does not divide --num-heads 12 (nearest: 4, 6)");
}

TEST_CASE("sizes beyond what a run can count are refused by their figures alone") {
  ConfigRequest request;
  request.hidden_size = std::size_t{1} << 40;
  CHECK(refusal(request, Status::limit).find("1099511627776") != std::string::npos);
  request.hidden_size = std::size_t{1} << 30;
  request.num_heads = 1;
  CHECK(refusal(request, Status::limit).find("30522 x 1073741824") != std::string::npos);
}
