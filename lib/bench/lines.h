// The result, line by line.
#pragma once

#include <string>

#include "bench/bench.h"

namespace mha {

/// What the lines are about beside their figures.
struct BenchSetting {
  const BenchRequest& request;
  const BenchModel* model;  ///< null where none is timed
};

/// What is timed, on which instruction set, and the names of the columns: two lines, each with its newline.
std::string heading_text(const BenchSetting& setting);

/// Columns under the heading.
std::string line_text(const BenchSetting& setting, const BenchCase& bench_case, const Measurement& measured);

/// One JSON object on a line: the same keys in every line, null where a value has no meaning.
std::string line_json(const BenchSetting& setting, const BenchCase& bench_case, const Measurement& measured);

}  // namespace mha
