#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "app/commands/commands.h"
#include "base/output.h"

namespace mha {
namespace {

/// An empty folder for files that nobody else sees, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    path_ = std::filesystem::temp_directory_path(error) / "mha-XXXXXX";
    if (!error && ::mkdtemp(path_.data()) != nullptr) return;
    fail(Status::io, "no folder for a temporary file: {}; set TMPDIR to one that can be written",
         error ? error.message() : system_text(errno));
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

/// The tensors of a run that file A has too, in a file.
std::string save_run(const Options& run_options, const TensorFile& a, const DiffRequest& request,
                     const ScratchFolder& scratch, const Messages& messages) {
  const SaveRequest save{.names = names_in(a, request), .path = scratch.path("run.safetensors")};
  Options options = run_options;
  options.report.saves.push_back(save);
  options.report.gets.clear();
  options.report.quiet = true;
  const Status status = run(options, messages);
  if (status != Status::ok) throw Error(status, "the run behind -- did not hold what it was asked to");
  return save.path;
}

/// The second file, or what the run has saved.
TensorFile open_b(const DiffOptions& diff, const TensorFile& a, const Messages& messages) {
  if (!diff.run) return TensorFile(diff.files.back());
  const ScratchFolder scratch;  // needed until the file is open
  return TensorFile(save_run(*diff.run, a, diff.request, scratch, messages));
}

}  // namespace

Status diff(const Options& options, const Messages& messages) {
  const DiffRequest& request = options.diff.request;
  const TensorFile a(options.diff.files.front());
  const TensorFile b = open_b(options.diff, a, messages);
  const std::vector<TensorDiff> diffs = mha::diff(a, b, request);
  const std::optional<std::string> failure = diff_failure(diffs);
  if (!options.report.quiet) {
    write_stdout(options.report.format == "json" ? diff_json(diffs, request) : diff_text(diffs, request));
    if (failure) messages.error(*failure);
  }
  return failure ? Status::no : Status::ok;
}

}  // namespace mha
