// A run as JSON.
#pragma once

#include <string>

#include "report/report.h"

namespace mha {

/// The members of the document that json_report gives, without its braces: schema, sizes, mask, sequences,
/// shapes and what of the attention is asked for. Ends without a line break.
std::string run_members_json(const Run& run);

}  // namespace mha
