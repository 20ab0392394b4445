// What mha tells about itself: help on topics and commands, the manual page, scripts for shells.
#pragma once

#include <string>

#include "app/options.h"
#include "app/options/table.h"

namespace mha {

/// The text of a topic, or the help of a command; without one the help of a run and a list of the topics; the
/// manual page if that is asked for. Throws Error(usage) with the nearest name for what is neither.
std::string help_text(const AboutOptions& about, const CommandTable& table);

/// The script for that shell. Throws Error(usage) if none is named.
std::string completion_script(const AboutOptions& about, const CommandTable& table);

}  // namespace mha
