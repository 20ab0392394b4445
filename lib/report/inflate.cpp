#include "report/inflate.h"

#define ZLIB_CONST  // what is read from is const
#include <zlib.h>

#include <algorithm>
#include <new>

namespace mha {

bool inflate_all(std::span<const std::byte> from, std::span<std::byte> to) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  constexpr std::size_t most = std::size_t{1} << 30;
  Bytef nothing = 0;
  stream.next_in = reinterpret_cast<const Bytef*>(from.data());
  stream.next_out = to.empty() ? &nothing : reinterpret_cast<Bytef*>(to.data());
  std::size_t in = 0, out = 0;
  int result = Z_OK;
  while (result == Z_OK) {
    const auto more_in = static_cast<uInt>(std::min(from.size() - in, most));
    const auto more_out = static_cast<uInt>(std::min(to.size() - out, most));
    stream.avail_in = more_in;
    stream.avail_out = more_out;
    result = inflate(&stream, Z_NO_FLUSH);
    in += more_in - stream.avail_in;
    out += more_out - stream.avail_out;
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && in == from.size() && out == to.size();
}

}  // namespace mha
