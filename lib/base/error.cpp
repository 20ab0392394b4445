#include "base/error.h"

#include <system_error>

namespace mha {

std::string system_text(int error_number) { return std::generic_category().message(error_number); }

}  // namespace mha
