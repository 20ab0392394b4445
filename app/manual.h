// The manual page.
#pragma once

#include <string>

#include "app/options/table.h"

namespace mha {

/// mha(1) in the man macros of roff, which groff and mandoc read: all commands, options and topics.
std::string manual_page(const CommandTable& table);

}  // namespace mha
