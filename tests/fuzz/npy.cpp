// The header of a .npy file: it is refused with an error of data or limit, or what it says can be written and
// read again.
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "report/npy_header.h"

namespace mha::fuzz {
namespace {

void check_header(std::string_view file) try {
  const auto [header, begin] = read_npy_header(file, "fuzz");
  require(begin <= file.size(), "the data begins inside the file");
  if (header.type != "<f4" && header.type != ">f8")
    return;  // others may hold anything, and are refused later
  const auto [again, end] = read_npy_header(npy_header(header), "fuzz");
  require(
      again.type == header.type && again.shape == header.shape && again.fortran_order == header.fortran_order,
      "a header that is written says the same");
  require(end % 64 == 0, "data is aligned");
  check_npy_length(header, 4, file.size() - begin, "fuzz");
} catch (const Error& error) {
  require_refusal(error);
}

}  // namespace
}  // namespace mha::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mha::fuzz::check_header({reinterpret_cast<const char*>(data), size});
  return 0;
}
