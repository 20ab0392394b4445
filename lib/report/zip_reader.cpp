#include "report/zip_reader.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "report/inflate.h"

namespace mha {
namespace {

/// What minizip takes for a file.
struct Place {
  std::span<const std::byte> archive;
  std::size_t offset = 0;
  bool ran_short = false;  ///< minizip takes 0 for what is missing unless it is told
};

Place& place_of(voidpf opaque) { return *static_cast<Place*>(opaque); }

uLong read(voidpf opaque, voidpf, void* data, uLong size) {
  Place& place = place_of(opaque);
  const std::size_t count =
      std::min<std::size_t>(size, place.archive.size() - std::min(place.offset, place.archive.size()));
  place.ran_short = place.ran_short || count < size;
  if (count == 0) return 0;
  std::memcpy(data, place.archive.data() + place.offset, count);
  place.offset += count;
  return count;
}

long seek(voidpf opaque, voidpf, ZPOS64_T offset, int origin) {
  Place& place = place_of(opaque);
  const std::size_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                           : origin == ZLIB_FILEFUNC_SEEK_CUR ? place.offset
                                                              : place.archive.size();
  place.offset = base + offset;
  return place.offset <= place.archive.size() ? 0 : -1;
}

zlib_filefunc64_def functions_of(Place& place) {
  return {.zopen64_file = [](voidpf opaque, const void*, int) { return opaque; },
          .zread_file = read,
          .zwrite_file = [](voidpf, voidpf, const void*, uLong) -> uLong { return 0; },
          .ztell64_file = [](voidpf opaque, voidpf) -> ZPOS64_T { return place_of(opaque).offset; },
          .zseek64_file = seek,
          .zclose_file = [](voidpf, voidpf) { return 0; },
          .zerror_file = [](voidpf opaque, voidpf) { return place_of(opaque).ran_short ? 1 : 0; },
          .opaque = &place};
}

/// What the directory says of a member.
struct Entry {
  std::string name;
  bool deflated;
  std::size_t compressed, size, offset;
  uLong checksum;
};

/// Numbers of an archive, little-endian as this builds for. Beyond its end there is nothing.
class Numbers {
 public:
  explicit Numbers(std::span<const std::byte> archive) : archive_(archive) {}

  template <class Number>
  std::optional<std::size_t> at(std::size_t place) const {
    Number number = 0;
    if (place > archive_.size() || sizeof(number) > archive_.size() - place) return std::nullopt;
    std::memcpy(&number, archive_.data() + place, sizeof(number));
    return static_cast<std::size_t>(number);
  }

 private:
  std::span<const std::byte> archive_;
};

/// Puts the 64-bit numbers of an entry of the directory (APPNOTE 4.5.3) in place of those that have no room
/// in it. minizip 1.1 leaves this out where a long has 64 bits. False where one is missing.
bool widen(Entry& entry, std::string_view extra) {
  constexpr std::size_t in_extra = 0xFFFFFFFF, head = 4, id_of_64_bits = 1;
  const Numbers numbers(std::as_bytes(std::span(extra)));
  std::size_t place = 0;
  while (numbers.at<std::uint16_t>(place).value_or(id_of_64_bits) != id_of_64_bits) {
    place += head + numbers.at<std::uint16_t>(place + 2).value_or(extra.size());
  }
  place += head;
  for (std::size_t* number : {&entry.size, &entry.compressed, &entry.offset}) {
    if (*number != in_extra) continue;
    const auto wide = numbers.at<std::uint64_t>(place);
    if (!wide) return false;
    *number = *wide;
    place += sizeof(std::uint64_t);
  }
  return true;
}

class Reader {
 public:
  Reader(std::span<const std::byte> archive, std::string_view source) : place_{archive}, source_(source) {
    zlib_filefunc64_def functions = functions_of(place_);
    zip_.reset(unzOpen2_64("", &functions));
    if (!zip_) {
      fail(Status::data, "{}: not a zip archive, or cut short or empty; save it with numpy.savez", source_);
    }
  }

  /// Calls use(entry) for each member.
  template <class Use>
  void each(Use use) {
    int result = unzGoToFirstFile(zip_.get());
    for (; result == UNZ_OK; result = unzGoToNextFile(zip_.get())) use(entry());
    if (result != UNZ_END_OF_LIST_OF_FILE) damaged("its directory");
  }

  /// The bytes of the member as they lie in the archive, behind a header (APPNOTE 4.3.7) whose end alone is
  /// looked at: the directory says the rest.
  std::span<const std::byte> stored(const Entry& entry) const {
    constexpr std::size_t magic = 0x04034B50, header_bytes = 30;
    const Numbers numbers(place_.archive);
    const auto name = numbers.at<std::uint16_t>(entry.offset + 26);
    const auto extra = numbers.at<std::uint16_t>(entry.offset + 28);
    if (numbers.at<std::uint32_t>(entry.offset) != magic || !name || !extra) damaged(entry.name);
    const std::size_t begin = entry.offset + header_bytes + *name + *extra, end = place_.archive.size();
    if (begin > end || entry.compressed > end - begin) damaged(entry.name);
    return place_.archive.subspan(begin, entry.compressed);
  }

  void inflate(const Entry& entry, std::span<std::byte> to) const {
    if (!inflate_all(stored(entry), to)) damaged(entry.name);
  }

  void check_sum(const Entry& entry, std::span<const std::byte> bytes) const {
    const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
    if (crc32_z(0, data, bytes.size()) != entry.checksum) damaged(entry.name);
  }

 private:
  struct Close {
    void operator()(voidp zip) const { unzClose(zip); }
  };

  [[noreturn]] void damaged(const std::string& what) const {
    fail(Status::data, "{}: {} is damaged; save the file again", source_, utf8::printable(what));
  }

  void ask(unz_file_info64& info, std::string& name, std::string& extra) const {
    if (unzGetCurrentFileInfo64(zip_.get(), &info, name.data(), name.size(), extra.data(), extra.size(),
                                nullptr, 0) != UNZ_OK) {
      damaged("its directory");
    }
  }

  Entry entry() const {
    unz_file_info64 info{};
    std::string name, extra;
    ask(info, name, extra);
    name.resize(info.size_filename);
    extra.resize(info.size_file_extra);
    ask(info, name, extra);
    check_method(info, name);
    return entry(info, name, extra);
  }

  void check_method(const unz_file_info64& info, const std::string& name) const {
    constexpr uLong encrypted = 1;
    if ((info.flag & encrypted) != 0) {
      fail(Status::data, "{}: {} is encrypted; save it without a password", source_, utf8::printable(name));
    }
    if (info.compression_method != 0 && info.compression_method != Z_DEFLATED) {
      fail(Status::data, "{}: {} is compressed by method {}; save it with numpy.savez or savez_compressed",
           source_, utf8::printable(name), info.compression_method);
    }
  }

  /// Sizes as they lie in the directory (APPNOTE 4.3.12), whatever minizip has made of them.
  Entry entry(const unz_file_info64& info, const std::string& name, std::string_view extra) const {
    constexpr std::size_t magic = 0x02014B50;
    const Numbers numbers(place_.archive);
    const std::size_t place = unzGetOffset64(zip_.get());
    const auto compressed = numbers.at<std::uint32_t>(place + 20),
               size = numbers.at<std::uint32_t>(place + 24), offset = numbers.at<std::uint32_t>(place + 42);
    if (numbers.at<std::uint32_t>(place) != magic || !compressed || !size || !offset)
      damaged("its directory");
    Entry entry{name, info.compression_method == Z_DEFLATED, *compressed, *size, *offset, info.crc};
    if (!widen(entry, extra)) damaged("its directory");
    return entry;
  }

  Place place_;
  std::string_view source_;
  std::unique_ptr<void, Close> zip_;
};

/// Refuses an archive whose directory promises what it cannot hold, before memory is taken for it.
class Sizes {
 public:
  Sizes(std::size_t archive, std::string_view source) : room_(archive), source_(source) {}

  void add(const Entry& entry) {
    // A byte of deflate gives 1032 at most (zlib, "Maximum Compression Factor").
    constexpr std::size_t most = 1032;
    const bool fits = entry.deflated ? entry.size / most <= entry.compressed : entry.size == entry.compressed;
    if (!fits || entry.compressed > room_) {
      fail(Status::data, "{}: {} cannot have {} bytes in {} of the archive; it is damaged or made to mislead",
           source_, utf8::printable(entry.name), entry.size, entry.compressed);
    }
    room_ -= entry.compressed;  // of members that share bytes the sum would be too much
    if (entry.deflated) inflated_ += entry.size;
  }

  std::size_t inflated() const { return inflated_; }

 private:
  std::size_t room_, inflated_ = 0;
  std::string_view source_;
};

}  // namespace

ZipMembers unzip(std::span<const std::byte> archive, std::string_view source) {
  Reader reader(archive, source);
  Sizes sizes(archive.size(), source);
  reader.each([&](const Entry& entry) { sizes.add(entry); });
  require_memory(sizes.inflated(), std::string(source));
  ZipMembers result;
  reader.each([&](const Entry& entry) {
    std::span<const std::byte> bytes;
    if (entry.deflated) {
      auto& buffer = result.inflated.emplace_back(Buffer<std::byte>::uninitialised(entry.size));
      reader.inflate(entry, buffer.span());
      bytes = buffer.span();
    } else {
      bytes = reader.stored(entry);
    }
    reader.check_sum(entry, bytes);
    result.members.push_back({entry.name, bytes});
  });
  return result;
}

}  // namespace mha
