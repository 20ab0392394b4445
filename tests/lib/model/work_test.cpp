#include "model/work.h"

#include <doctest/doctest.h>

#include <atomic>

using namespace mha;

namespace {

std::vector<std::size_t> sizes_of(const std::vector<std::size_t>& tokens) {
  std::vector<std::size_t> sizes;
  for (const Group& group : groups_of(tokens)) sizes.push_back(group.size());
  return sizes;
}

}  // namespace

TEST_CASE("sequences are grouped until they have enough tokens") {
  using Sizes = std::vector<std::size_t>;
  CHECK(sizes_of({}) == Sizes{});
  CHECK(sizes_of({5}) == Sizes{1});
  CHECK(sizes_of({100, 100, 56, 5}) == Sizes{3, 1});
  CHECK(sizes_of({300, 1, 255, 300, 2}) == Sizes{1, 2, 1, 1});
}

TEST_CASE("each group is worked on once, by as many threads as there are for it") {
  const std::vector<Group> groups = groups_of(std::vector<std::size_t>(9, 256));
  for (const std::size_t threads : {1, 2, 8}) {
    CAPTURE(threads);
    std::atomic<std::size_t> seen = 0, given = 0;
    for_each_group(groups, threads, [&](const Group& group, std::size_t group_threads) {
      seen += group.size();
      given = group_threads;
    });
    CHECK(seen == 9);
    CHECK(given == (threads == 8 ? 8 : 1));
  }
}

TEST_CASE("short sequences are projected for all heads at once, long ones for some, in equal parts") {
  const AttentionShape shape{768, 12, 12, 64}, grouped{768, 12, 3, 64};
  CHECK(kv_heads_at_once(shape, 1, 1) == 12);
  CHECK(kv_heads_at_once(shape, 2048, 2048) == 12);
  CHECK(kv_heads_at_once(shape, 2600, 2600) == 6);  // not 10 and 2
  CHECK(kv_heads_at_once(shape, 8192, 8192) == 3);
  CHECK(kv_heads_at_once(shape, 1 << 20, 1 << 20) == 1);
  CHECK(kv_heads_at_once(grouped, 2048, 2048) == 3);
  CHECK(kv_heads_at_once(grouped, 8192, 8192) == 1);
  CHECK(kv_heads_at_once(shape, ~std::size_t{0}, ~std::size_t{0}) == 1);
}

TEST_CASE("little work is not worth a second thread") {
  CHECK(threads_worth(1e6, 8) == 1);
  CHECK(threads_worth(1e9, 8) == 8);
}

TEST_CASE(
    "operations of layers are two for each multiplication of attention and feed-forward, in every layer") {
  Config config{
      .vocab_size = 1, .hidden_size = 8, .num_attention_heads = 2, .num_key_value_heads = 2, .head_dim = 4};
  config.num_layers = 3;
  CHECK(layers_operations(config, {5, 5, 25}) == 3 * (8 * 5 * 64 + 4 * 25 * 8));
  config.intermediate_size = 32;
  CHECK(layers_operations(config, {5, 5, 25}) == 3 * (8 * 5 * 64 + 4 * 25 * 8 + 4 * 5 * 8 * 32));
}
