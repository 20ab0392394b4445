// The subcommands, one file each.
#pragma once

#include "app/messages.h"
#include "app/options.h"
#include "base/error.h"

namespace mha {

/// Attention of the texts: reports, saves, checks. Status::no where an expectation or check does not hold.
Status run(const Options& options, const Messages& messages);

/// The tokens of the texts.
Status tokenize(const Options& options, const Messages& messages);

/// Compares two files of tensors, or one with a run. Status::no where they disagree.
Status diff(const Options& options, const Messages& messages);

/// What is in a checkpoint, by its headers. Status::no where a run would refuse it.
Status inspect(const Options& options, const Messages& messages);

/// Times what this machine does.
Status bench(const Options& options);

}  // namespace mha
