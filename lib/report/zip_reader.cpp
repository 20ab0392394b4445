#include "report/zip_reader.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

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
  std::size_t compressed, size;
  uLong checksum;
};

class Reader {
 public:
  Reader(std::span<const std::byte> archive, std::string_view source) : place_{archive}, source_(source) {
    zlib_filefunc64_def functions = functions_of(place_);
    zip_.reset(unzOpen2_64("", &functions));
    if (!zip_)
      fail(Status::data, "{}: not a zip archive, or cut short or empty; save it with numpy.savez", source_);
  }

  /// Calls use(entry) for each member, which is then the one that is looked at.
  template <class Use>
  void each(Use use) {
    int result = unzGoToFirstFile(zip_.get());
    for (; result == UNZ_OK; result = unzGoToNextFile(zip_.get())) use(entry());
    if (result != UNZ_END_OF_LIST_OF_FILE) damaged("its directory");
  }

  /// The bytes of the member as they lie in the archive.
  std::span<const std::byte> stored(const Entry& entry) {
    int method = 0;
    check(unzOpenCurrentFile2(zip_.get(), &method, nullptr, 1), entry);
    const std::size_t begin = unzGetCurrentFileZStreamPos64(zip_.get());
    unzCloseCurrentFile(zip_.get());
    const auto archive = place_.archive;
    if (begin > archive.size() || entry.compressed > archive.size() - begin) damaged(entry.name);
    return archive.subspan(begin, entry.compressed);
  }

  void inflate(const Entry& entry, std::span<std::byte> to) {
    check(unzOpenCurrentFile(zip_.get()), entry);
    while (!to.empty()) {
      const auto most = static_cast<unsigned>(std::min<std::size_t>(to.size(), std::size_t{1} << 24));
      const int count = unzReadCurrentFile(zip_.get(), to.data(), most);
      if (count <= 0) damaged(entry.name);
      to = to.subspan(static_cast<std::size_t>(count));
    }
    check(unzCloseCurrentFile(zip_.get()), entry);
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

  void check(int result, const Entry& entry) const {
    if (result != UNZ_OK) damaged(entry.name);
  }

  Entry entry() const {
    unz_file_info64 info{};
    const auto ask = [&](std::string& name) {
      if (unzGetCurrentFileInfo64(zip_.get(), &info, name.data(), name.size(), nullptr, 0, nullptr, 0) !=
          UNZ_OK) {
        damaged("its directory");
      }
    };
    std::string name;
    ask(name);
    name.resize(info.size_filename);
    ask(name);
    constexpr uLong encrypted = 1;
    if ((info.flag & encrypted) != 0) {
      fail(Status::data, "{}: {} is encrypted; save it without a password", source_, utf8::printable(name));
    }
    if (info.compression_method != 0 && info.compression_method != Z_DEFLATED) {
      fail(Status::data, "{}: {} is compressed by method {}; save it with numpy.savez or savez_compressed",
           source_, utf8::printable(name), info.compression_method);
    }
    return {name, info.compression_method == Z_DEFLATED, info.compressed_size, info.uncompressed_size,
            info.crc};
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
