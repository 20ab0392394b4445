#include "attention/head_steps.h"

#include <cassert>

#include "base/parallel.h"
#include "kernel/rotate.h"

namespace mha {
namespace {

using kernel::Blocks;

/// A block of queries or of keys of one sequence.
struct HeadBlock {
  kernel::BlockView<float> block;
  std::size_t features;
  const kernel::Normalizer* norm;
  const RotaryTable* rotary;
};

void add_blocks(Blocks& heads, const std::optional<kernel::Normalizer>& norm, const RotaryTable* rotary,
                std::vector<HeadBlock>& blocks) {
  for (std::size_t b = 0; b < heads.count(); ++b) {
    blocks.push_back({heads[b], heads.features(), norm ? &*norm : nullptr, rotary});
  }
}

void rotate(const HeadBlock& task, std::size_t head_dim) {
  const RotaryTable& table = *task.rotary;
  assert(task.block.first_token + task.block.width <= table.stride);
  kernel::rotate({.values = task.block.data,
                  .width = task.block.width,
                  .heads = task.features / head_dim,
                  .head_dim = head_dim,
                  .dims = table.dims,
                  .interleaved = table.interleaved,
                  .cos = table.cos.data() + task.block.first_token,
                  .sin = table.sin.data() + task.block.first_token,
                  .stride = table.stride});
}

}  // namespace

HeadSteps::HeadSteps(const Job& job, const std::optional<HeadNorms>& norms) : job_(job) {
  if (!norms) return;
  query_norm_.emplace(norms->query);
  key_norm_.emplace(norms->key);
}

void HeadSteps::apply(std::vector<AttentionResult>& results) const {
  std::vector<HeadBlock> blocks;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const RotaryTable* rotary = job_.options[i]->rules.rotary;
    if (!query_norm_ && rotary == nullptr) continue;
    add_blocks(results[i].query, query_norm_, rotary, blocks);
    add_blocks(results[i].key, key_norm_, rotary, blocks);
  }
  parallel_for(blocks.size(), job_.threads, [&](std::size_t i) {
    const HeadBlock& task = blocks[i];
    if (task.norm != nullptr) task.norm->apply(task.block, task.features);
    if (task.rotary != nullptr) rotate(task, job_.shape.head_dim);
  });
}

}  // namespace mha
