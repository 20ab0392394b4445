// Copies of the checkpoints in tests/golden/families, to be spoiled by tests.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/command.h"

namespace mha::test {

/// A checkpoint in a folder of the Shell's, with a vocab.txt of 16 pieces: [PAD] [UNK] [CLS] [SEP] [MASK] a b
/// c d e f g time flies like ##s.
class CheckpointCopy {
 public:
  /// `golden` is the name of a folder there, `folder` that of the copy.
  explicit CheckpointCopy(const Shell& shell, std::string_view golden = "bert", std::string folder = "model");

  /// Gives a key of config.json this value, which is JSON; adds it if it is not there.
  void set(std::string_view key, std::string_view value) const;
  void remove(std::string_view key) const;

  /// Replaces all of config.json.
  void configure(std::string_view text) const;

  /// Changes the numbers of the tensors, all F32 in one file, for which `chosen` holds.
  void change(const std::function<bool(std::string_view name)>& chosen,
              const std::function<void(std::vector<float>&)>& change) const;

 private:
  std::string file(std::string_view name) const { return folder_ + '/' + std::string(name); }

  const Shell& shell_;
  std::string folder_;
};

}  // namespace mha::test
