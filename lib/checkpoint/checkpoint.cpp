#include "checkpoint/checkpoint.h"

#include <fmt/ranges.h>

#include <cassert>
#include <utility>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/sharded.h"
#include "kernel/widen.h"

namespace mha {
namespace {

/// How many names are suggested for one that is missing.
constexpr std::size_t few_names = 3;

/// Endings that TensorFlow's checkpoints left in old files (transformers/modeling_utils.py).
constexpr std::pair<std::string_view, std::string_view> old_endings[] = {
    {"LayerNorm.weight", "LayerNorm.gamma"},
    {"LayerNorm.bias", "LayerNorm.beta"},
};

/// The old spelling of a name; nothing if it has none.
std::optional<std::string> old_spelling(std::string_view name) {
  for (const auto& [ending, old] : old_endings) {
    if (name.ends_with(ending)) return std::string(name.substr(0, name.size() - ending.size())).append(old);
  }
  return std::nullopt;
}

TensorView checked_view(const FoundTensor& found, const Shape& expected) {
  const StoredTensor& tensor = found.tensor;
  const std::string name = utf8::printable(tensor.name);
  if (tensor.shape != expected) {
    fail(Status::data, "{}: tensor '{}' is {}, but config.json says {}", found.file, name,
         to_string(tensor.shape), to_string(expected));
  }
  if (!tensor.type->element) {
    fail(Status::data, "{}: tensor '{}' is of dtype {}; only F32, F64, F16 and BF16 can be computed with",
         found.file, name, tensor.type->name);
  }
  return {tensor.shape, *tensor.type->element, found.data};
}

template <class T>
Tensor picked_rows(const TensorView& matrix, std::span<const std::uint32_t> rows) {
  const std::size_t columns = matrix.shape[1];
  const Shape shape{rows.size(), columns};
  Tensor picked{shape, Buffer<T>::uninitialised(element_count(shape))};
  for (auto rest = picked.as<T>(); const std::uint32_t row : rows) {
    assert(row < matrix.shape[0]);
    kernel::widen(matrix, row * columns, rest.first(columns));
    rest = rest.subspan(columns);
  }
  return picked;
}

std::vector<std::string> with_empty_one(std::vector<std::string> prefixes) {
  prefixes.insert(prefixes.begin(), std::string());
  return prefixes;
}

/// "; 'model.a.weight' is there, with a prefix that this family has not", if so.
std::string prefix_hint(std::string_view name, std::span<const std::string_view> names) {
  const std::string ending = '.' + std::string(name);
  for (const std::string_view other : names) {
    if (!other.ends_with(ending)) continue;
    return fmt::format("; there is '{}', but '{}' is no prefix of this family", utf8::printable(other),
                       utf8::printable(other.substr(0, other.size() - name.size())));
  }
  return {};
}

}  // namespace

Checkpoint::Checkpoint(std::unique_ptr<TensorStore> store, std::vector<std::string> prefixes)
    : store_(std::move(store)), prefixes_(with_empty_one(std::move(prefixes))) {}

std::vector<std::string> Checkpoint::stored_names(std::string_view name) const {
  const std::optional<std::string> old = old_spelling(name);
  std::vector<std::string> stored;
  for (const std::string& prefix : prefixes_) {
    std::string spelling = prefix + std::string(name);
    if (store_->contains(spelling)) stored.push_back(std::move(spelling));
    if (old && store_->contains(prefix + *old)) stored.push_back(prefix + *old);
  }
  return stored;
}

void Checkpoint::let_go(std::string_view name) const {
  if (const auto stored = stored_name(name)) store_->let_go(*stored);
}

std::optional<std::string> Checkpoint::stored_name(std::string_view name) const {
  std::vector<std::string> stored = stored_names(name);
  return stored.empty() ? std::nullopt : std::optional(std::move(stored.front()));
}

TensorView Checkpoint::get(std::string_view name, const Shape& expected) const {
  const std::vector<std::string> stored = stored_names(name);
  if (stored.empty()) fail_missing(name);
  if (stored.size() > 1) {  // Transformers would take one of them without a word
    fail(Status::data, "{}: holds '{}' and '{}', which stand for the same tensor; remove one",
         store_->source(), utf8::printable(stored[0]), utf8::printable(stored[1]));
  }
  return checked_view(store_->find(stored.front()), expected);
}

Tensor Checkpoint::get_rows(std::string_view name, const Shape& expected,
                            std::span<const std::uint32_t> rows) const {
  assert(expected.size() == 2);
  const TensorView matrix = get(name, expected);
  return matrix.type == ElementType::float64 ? picked_rows<double>(matrix, rows)
                                             : picked_rows<float>(matrix, rows);
}

void Checkpoint::fail_missing(std::string_view name) const {
  const std::vector<std::string_view> names = store_->names();
  std::string text = fmt::format("{}: no tensor '{}'", store_->source(), utf8::printable(name));
  if (prefixes_.size() > 1) {
    text += fmt::format(", nor with {}", fmt::join(prefixes_.begin() + 1, prefixes_.end(), " or "));
    text += " before it";
  }
  const std::string hint = prefix_hint(name, names);
  std::vector<std::string> near;
  for (const std::string_view other : nearest_few(name, names, few_names)) {
    near.push_back('\'' + utf8::printable(other) + '\'');
  }
  if (hint.empty() && !near.empty()) text += fmt::format("; nearest are {}", fmt::join(near, ", "));
  if (hint.empty() && near.empty())
    text += fmt::format("; it has {} tensors, none with a similar name", names.size());
  fail(Status::data, "{}", text + hint);
}

std::unique_ptr<Checkpoint> open_checkpoint(const std::string& path, std::vector<std::string> prefixes) {
  std::unique_ptr<TensorStore> store;
  if (path.ends_with(".index.json")) {
    store = std::make_unique<ShardedFiles>(path);
  } else {
    store = std::make_unique<SafetensorsFile>(path);
  }
  return std::make_unique<Checkpoint>(std::move(store), std::move(prefixes));
}

}  // namespace mha
