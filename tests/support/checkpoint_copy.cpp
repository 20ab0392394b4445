#include "support/checkpoint_copy.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include "base/json.h"
#include "support/safetensors.h"
#include "support/stored_tensors.h"

namespace mha::test {
namespace {

/// config.json as Transformers writes it, without one of its members.
std::string without_member(const std::string& text, std::string_view key) {
  const std::string line = "\n  \"" + std::string(key) + "\":";
  const std::size_t begin = text.find(line);
  if (begin == std::string::npos) return text;
  // Transformers indents members by two spaces and what is inside them by more.
  const std::size_t next = text.find("\n  \"", begin + 1);
  if (next != std::string::npos) return text.substr(0, begin) + text.substr(next);
  const std::size_t comma = text.rfind(',', begin);
  return text.substr(0, comma) + "\n}\n";
}

/// With a header of whole eights, as most programs write it.
std::string aligned_safetensors(const std::vector<TensorToStore>& tensors) {
  std::uint64_t length = 0;
  std::memcpy(&length, safetensors(tensors).data(), sizeof(length));
  return safetensors(tensors, (8 - length % 8) % 8);
}

}  // namespace

CheckpointCopy::CheckpointCopy(const Shell& shell, std::string_view golden, std::string folder)
    : shell_(shell), folder_(std::move(folder)) {
  namespace fs = std::filesystem;
  fs::copy(fs::path(MHA_SOURCE_DIR) / "tests/golden/families" / golden, shell.path(folder_),
           fs::copy_options::recursive);
  for (const char* name : {"arguments", "expected.safetensors"}) fs::remove(shell.path(file(name)));
  shell.write(file("vocab.txt"),
              "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\nf\ng\ntime\nflies\nlike\n##s\n");
}

void CheckpointCopy::set(std::string_view key, std::string_view value) const {
  std::string text = without_member(shell_.read(file("config.json")), key);
  text.insert(1, "\n  " + json_quote(key) + ": " + std::string(value) + ',');
  configure(text);
}

void CheckpointCopy::remove(std::string_view key) const {
  configure(without_member(shell_.read(file("config.json")), key));
}

void CheckpointCopy::configure(std::string_view text) const { shell_.write(file("config.json"), text); }

void CheckpointCopy::change(const std::function<bool(std::string_view name)>& chosen,
                            const std::function<void(std::vector<float>&)>& change) const {
  std::vector<TensorToStore> tensors;
  for (const auto& entry : safetensors(shell_.read(file("model.safetensors")))) {
    TensorToStore tensor{entry.first, entry.second.dtype, entry.second.shape, entry.second.bytes};
    if (chosen(tensor.name)) {
      std::vector<float> numbers(tensor.bytes.size() / sizeof(float));
      std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
      change(numbers);
      std::memcpy(tensor.bytes.data(), numbers.data(), tensor.bytes.size());
    }
    tensors.push_back(std::move(tensor));
  }
  shell_.write(file("model.safetensors"), aligned_safetensors(tensors));
}

}  // namespace mha::test
