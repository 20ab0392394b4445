// config.json: it is refused with an error, or its sizes fit each other, as those of one layer and as a
// model's.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/error.h"
#include "fuzz/require.h"
#include "model/families.h"

namespace mha::fuzz {
namespace {

void check_config(const std::string& path) try {
  ConfigRequest request;
  request.config = path;
  const Config config = load_config(request);
  require(config.head_dim > 0 && config.num_key_value_heads > 0, "no size is zero");
  require(config.num_attention_heads % config.num_key_value_heads == 0, "heads share keys evenly");
} catch (const Error& error) {
  require(error.status() == Status::data || error.status() == Status::limit, "what is refused is the file");
}

void check_model(const std::string& path) try {
  const ConfigFile file = text_config(ConfigFile(path));
  const Config config = read_description(find_family(file), file).config;
  require(config.num_attention_heads % config.num_key_value_heads == 0, "heads share keys evenly");
  require(config.layer_kinds.size() == config.num_layers, "each layer has a kind");
  for (std::size_t layer = 0; layer < config.num_layers; ++layer) {
    require(config.kind_of(layer) < config.attention_kinds.size(), "the kind is there");
  }
  for (const AttentionKind& kind : config.attention_kinds) {
    require(!kind.window || *kind.window > 0 || !config.causal, "a token sees itself");
    if (!kind.rotary || kind.rotary->dims > 4096) continue;
    require(inverse_frequencies(*kind.rotary, 8).size() == kind.rotary->dims / 2,
            "each pair has a frequency");
  }
} catch (const Error& error) {
  require(error.status() == Status::data || error.status() == Status::limit, "what is refused is the file");
}

}  // namespace
}  // namespace mha::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("config.json", MFD_CLOEXEC);
  mha::fuzz::require(file >= 0 && ::write(file, data, size) == static_cast<ssize_t>(size),
                     "a file is written");
  mha::fuzz::check_config("/proc/self/fd/" + std::to_string(file));
  mha::fuzz::check_model("/proc/self/fd/" + std::to_string(file));
  ::close(file);
  return 0;
}
