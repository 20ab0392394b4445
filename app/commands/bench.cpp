#include "app/commands/commands.h"
#include "base/output.h"
#include "bench/lines.h"
#include "kernel/targets.h"

namespace mha {

Status bench(const Options& options) {
  BenchRequest request = options.bench;
  request.model = options.model;
  if (options.choice.name && !times_model(request.what)) {
    fail(Status::usage, "--model has no part in --what {}; leave it out", to_text(request.what));
  }
  check_request(request);
  if (request.target) kernel::use_target(*request.target);
  const std::vector<BenchCase> cases = cases_of(request);
  Bench timed(request, cases);
  const BenchSetting setting{request, timed.model()};
  const bool json = options.report.format == "json";
  if (!json) write_stdout(heading_text(setting));
  for (const BenchCase& bench_case : cases) {
    const Measurement measured = timed.measure(bench_case);
    write_stdout(json ? line_json(setting, bench_case, measured) : line_text(setting, bench_case, measured));
  }
  return Status::ok;
}

}  // namespace mha
