// A zip archive: it is refused with an error of data or limit, or its members lie within it or are as long as
// they were inflated, and are the same once they are zipped again.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "report/zip_reader.h"
#include "report/zip_writer.h"

namespace mha::fuzz {
namespace {

/// An archive in memory.
class Bytes : public Sink {
 public:
  using Sink::write;
  void write(const void* data, std::size_t size) override {
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }
  bool can_rewrite() const override { return true; }
  void rewrite(std::size_t offset, std::string_view bytes) override {
    require(offset + bytes.size() <= bytes_.size(), "what is rewritten was written");
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(bytes_.data()) + offset);
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

void check_again(const ZipMembers& read, ZipMethod method) {
  Bytes sink;
  ZipWriter zip(sink, method);
  for (const ZipMember& member : read.members) zip.add(member.name, {&member.bytes, 1});
  zip.finish();
  const ZipMembers again = unzip(sink.bytes(), "again");
  require(again.members.size() == read.members.size(), "as many members");
  for (std::size_t i = 0; i < read.members.size(); ++i) {
    const auto &a = read.members[i], &b = again.members[i];
    require(a.name == b.name && std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end()),
            "the same members");
  }
}

void check_archive(std::span<const std::byte> archive) try {
  const ZipMembers read = unzip(archive, "fuzz");
  std::size_t inflated = 0;
  for (const auto& buffer : read.inflated) inflated += buffer.size();
  require(inflated / 1032 <= archive.size(), "no more than deflate can give");
  // minizip takes names up to a NUL.
  const auto odd = [](const ZipMember& m) {
    return m.name.empty() || m.name.find('\0') != std::string::npos;
  };
  if (read.members.empty() || std::any_of(read.members.begin(), read.members.end(), odd)) return;
  check_again(read, ZipMethod::stored);
  check_again(read, ZipMethod::deflated);
} catch (const Error& error) {
  require_refusal(error);
}

}  // namespace
}  // namespace mha::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mha::fuzz::check_archive(std::as_bytes(std::span(data, size)));
  return 0;
}
