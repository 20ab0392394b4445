// Saving tensors of a run.
#pragma once

#include <string>
#include <vector>

#include "base/output.h"
#include "report/files.h"

namespace mha {

/// One --save: the tensors asked for (none: those of the format), or one of saved_tables, and the file.
struct SaveRequest {
  std::vector<std::string> names;
  std::string path;

  bool to_stdout() const { return is_stdout(path); }
};

/// Throws Error(usage) for a name that no run of that kind can have, with the nearest, for one given twice,
/// and for an extension that is not in the catalogue or not meant for what is asked for.
void check_save(const SaveRequest& request, const RunKind& kind);

/// Throws Error(usage) if the file is there, is not empty and is of another kind than the format writes.
void check_replaced(const SaveRequest& request);

/// Throws Error(usage) if the format is binary and the file is a terminal.
void check_terminal(const SaveRequest& request);

/// The tensors that a request stands for, of a table the weights it is made of. Throws Error(usage) if this
/// run does not have one of them.
std::vector<TensorKey> tensors_of(const SaveRequest& request, const Dimensions& dimensions);

/// The format by the file's extension, but for .gz; standard output takes .npy for one tensor, .safetensors
/// for more and .csv for a table, and so do devices and pipes without one. Throws Error(usage) if it cannot
/// hold `count` tensors.
const FileFormat& format_of(const SaveRequest& request, std::size_t count);

/// True if --compress makes the file smaller.
bool can_be_compressed(const SaveRequest& request);

/// Files opened before the work, written after it.
class Saves {
 public:
  /// Throws Error(io) for what cannot be written.
  explicit Saves(std::vector<SaveRequest> requests);

  /// Writes all files, then puts them in place. Throws Error(io).
  void write(const Run& run);

 private:
  std::vector<SaveRequest> requests_;
  std::vector<OutputFile> files_;
};

}  // namespace mha
