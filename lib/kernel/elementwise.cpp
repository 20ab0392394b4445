#include "kernel/elementwise.h"

#include <cassert>
#include <vector>

#include "base/parallel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/elementwise.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// values[i] = function(values[i], others[i]) for a block's numbers, a multiple of 8.
template <class Function>
HWY_INLINE void combine(float* values, const float* others, std::size_t count, Function function) {
  const hn::CappedTag<float, 8> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    hn::Store(function(hn::Load(d, values + i), hn::Load(d, others + i)), d, values + i);
  }
}

void add_block(float* sums, const float* addends, std::size_t count) {
  combine(sums, addends, count, [](auto a, auto b) HWY_ATTR { return hn::Add(a, b); });
}

void multiply_block(float* products, const float* factors, std::size_t count) {
  combine(products, factors, count, [](auto a, auto b) HWY_ATTR { return hn::Mul(a, b); });
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(add_block);
HWY_EXPORT(multiply_block);

namespace {

/// Calls work(values, others, count) for every block.
template <class Work>
void by_blocks(std::span<Blocks> values, std::span<const Blocks> others, std::size_t threads, Work work) {
  struct Pair {
    BlockView<float> values;
    BlockView<const float> others;
    std::size_t count;
  };
  assert(values.size() == others.size());
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    assert(values[i].tokens() == others[i].tokens() && values[i].features() == others[i].features());
    for (std::size_t b = 0; b < values[i].count(); ++b) {
      const BlockView<float> block = values[i][b];
      pairs.push_back({block, others[i][b], values[i].features() * block.width});
    }
  }
  parallel_for(pairs.size(), threads,
               [&](std::size_t i) { work(pairs[i].values.data, pairs[i].others.data, pairs[i].count); });
}

}  // namespace

void add(std::span<Blocks> sums, std::span<const Blocks> addends, std::size_t threads) {
  by_blocks(sums, addends, threads, [](float* values, const float* others, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(add_block)(values, others, count);
  });
}

void multiply(std::span<Blocks> products, std::span<const Blocks> factors, std::size_t threads) {
  by_blocks(products, factors, threads, [](float* values, const float* others, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(multiply_block)(values, others, count);
  });
}

}  // namespace mha::kernel
#endif
