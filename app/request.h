// What can be refused before anything is read.
#pragma once

#include "app/options.h"

namespace mha {

/// Looks at the names, formats and files that a run is asked for. Throws Error(usage) for unknown names, for
/// files that would overwrite each other, an input or a file of another kind, for two things that would share
/// standard output, and for binary data on a terminal.
void check_request(const Options& options);

/// Throws Error(usage) for a --save that would overwrite a file in the folder of the model.
void check_model_files(const ReportOptions& report, const Model& model);

}  // namespace mha
