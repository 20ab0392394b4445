#include <algorithm>

#include "app/commands/commands.h"
#include "base/output.h"

namespace mha {
namespace {

void check_inspect(const Options& options) {
  const InspectOptions& inspect = options.inspect;
  if (!options.model.checkpoint) {
    fail(Status::usage, "inspect needs a model: a folder, a file or a name; see mha inspect --help");
  }
  if (inspect.all_tensors && !inspect.chosen.empty()) {
    fail(Status::usage, "--tensors lists all, --tensor NAME some; give one of them");
  }
  if (inspect.stats && !inspect.all_tensors && inspect.chosen.empty()) {
    fail(Status::usage, "--stats reads the numbers of tensors; choose them with --tensor NAME, or --tensors");
  }
}

/// Tensors of some dtypes have no statistics.
void tell_unread(const std::vector<ListedTensor>& listed, const Messages& messages) {
  const auto unread = [](const ListedTensor& tensor) { return !tensor.stats; };
  const auto count = std::ranges::count_if(listed, unread);
  if (count == 0) return;
  messages.note("{} of {} tensors have no statistics, the first of dtype {}: its numbers are not read", count,
                listed.size(), std::ranges::find_if(listed, unread)->held.found.tensor.type->name);
}

std::string report_of(const Inspection& inspection, const std::vector<ListedTensor>& listed,
                      const Options& options) {
  if (options.report.format == "json") return inspection_json(inspection, options.inspect, listed);
  const bool whole = !options.inspect.all_tensors && options.inspect.chosen.empty();
  return whole ? inspection_text(inspection, options.inspect) : tensors_text(inspection, listed);
}

}  // namespace

Status inspect(const Options& options, const Messages& messages) {
  check_inspect(options);
  const Inspection inspection = mha::inspect(*options.model.checkpoint);
  const std::vector<ListedTensor> listed = listed_tensors(inspection, options.inspect);
  const std::string report = report_of(inspection, listed, options);
  if (!options.report.quiet) write_stdout(report);
  if (options.inspect.stats) tell_unread(listed, messages);
  if (inspection.no_config) messages.note("{}, so roles are not known", *inspection.no_config);
  const bool judged = options.inspect.chosen.empty();
  const std::optional<std::string> failure = inspection_failure(inspection);
  if (!judged || !failure) return Status::ok;
  if (!options.report.quiet) messages.error(*failure);
  return Status::no;
}

}  // namespace mha
