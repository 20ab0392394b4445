// .npz: archives of numpy are read (tests/golden/npz.py), ours are read again, and what is no archive is
// refused.
#include <doctest/doctest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/output.h"
#include "kernel/widen.h"
#include "report/tensor_file.h"
#include "report/zip_reader.h"
#include "report/zip_writer.h"
#include "support/folder.h"
#include "support/npy.h"

using namespace mha;

namespace {

const std::string golden = std::string(MHA_SOURCE_DIR) + "/tests/golden/npz/";

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

double number(const FileTensor& tensor, std::size_t index) {
  double value = 0;
  kernel::widen(tensor.view(), index, std::span(&value, 1));
  return value;
}

/// An archive of members, as mha writes it.
std::string archive_of(const std::vector<std::pair<std::string, std::string>>& members, ZipMethod method) {
  const test::Folder folder;
  OutputFile file(folder.path("a.npz"));
  ZipWriter zip(file, method);
  for (const auto& [name, text] : members) {
    const std::span<const std::byte> parts[] = {bytes_of(text)};
    zip.add(name, parts);
  }
  zip.finish();
  file.commit();
  return read(folder.path("a.npz"));
}

/// Status and text of the refusal of an archive.
std::string refusal(const std::string& archive) try {
  unzip(bytes_of(archive), "a.npz");
  return "none";
} catch (const Error& error) {
  return std::to_string(static_cast<int>(error.status())) + " " + error.what();
}

bool is_refused(const std::string& archive, const std::string& words) {
  const std::string text = refusal(archive);
  CAPTURE(text);
  CHECK(text.starts_with("3 a.npz: "));
  return text.find(words) != std::string::npos;
}

/// The archive with a number of `size` bytes changed, at `offset` from the only occurrence of `magic`.
std::string changed(std::string archive, const char* magic, std::size_t offset, std::uint64_t value,
                    std::size_t size) {
  const std::size_t at = archive.find(std::string(magic, 4));
  REQUIRE(at != std::string::npos);
  std::memcpy(archive.data() + at + offset, &value, size);
  return archive;
}

constexpr const char *local = "PK\x03\x04", *central = "PK\x01\x02";

}  // namespace

TEST_CASE("archives of numpy and of zipfile, stored and deflated, hold the arrays that were put into them") {
  const std::set<std::string> names = {
      "single", "double",           "half", "odd", "bytes", "whole", "reversed", "fortran", "empty",
      "scalar", "layers.5.weights", "long"};
  for (const char* file : {"stored", "deflated", "plain", "plain_deflated", "large"}) {
    CAPTURE(file);
    const TensorFile arrays(golden + file + ".npz");
    std::set<std::string> found;
    for (const FileTensor& tensor : arrays.tensors()) {
      CAPTURE(tensor.name);
      found.insert(tensor.name);
      for (std::size_t i = 0; i < element_count(tensor.shape); ++i) {
        CHECK(number(tensor, i) == static_cast<double>(tensor.name == "odd" ? i % 2 : i));
      }
      if (tensor.name == "fortran") CHECK(tensor.shape == Shape{2, 3, 2});
      if (tensor.name == "empty") CHECK(tensor.shape == Shape{0, 3});
      if (tensor.name == "scalar") CHECK(tensor.shape.empty());
      if (tensor.name == "long") CHECK(tensor.shape == Shape{3000});
    }
    CHECK(found == names);
  }
}

TEST_CASE("what is zipped comes out again, at multiples of 64 where it is stored, the same bytes each time") {
  std::string large(300'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 7) large[i] = static_cast<char>(i % 251);
  const std::vector<std::pair<std::string, std::string>> members = {
      {"a", "some text"}, {"layers.11.weights.npy", large}, {"none", ""}, {std::string(50, 'n'), "x"}};
  for (const ZipMethod method : {ZipMethod::stored, ZipMethod::deflated}) {
    const std::string archive = archive_of(members, method);
    CHECK(archive == archive_of(members, method));
    const ZipMembers read = unzip(bytes_of(archive), "a.npz");
    REQUIRE(read.members.size() == members.size());
    CHECK(read.inflated.size() == (method == ZipMethod::stored ? 0 : members.size()));
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto bytes = read.members[i].bytes;
      CHECK(read.members[i].name == members[i].first);
      CHECK(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) == members[i].second);
      const auto* begin = reinterpret_cast<const char*>(bytes.data());
      if (method == ZipMethod::stored) CHECK((begin - archive.data()) % 64 == 0);
    }
  }
}

TEST_CASE("what is no archive, or damaged anywhere, is refused") {
  CHECK(is_refused("", "not a zip archive"));
  CHECK(is_refused(read(golden + "none.npz"), "empty"));
  CHECK(is_refused(std::string(100, 'x'), "not a zip archive"));
  for (const ZipMethod method : {ZipMethod::stored, ZipMethod::deflated}) {
    const std::string archive = archive_of({{"a", std::string(200, 'y')}, {"b", "z"}}, method);
    REQUIRE(refusal(archive) == "none");
    for (std::size_t size = 0; size < archive.size(); ++size) {
      CAPTURE(size);
      CHECK(is_refused(archive.substr(0, size), ""));
    }
    std::string flipped = archive;
    flipped[method == ZipMethod::stored ? 100 : 33] ^= 1;  // within the data of a
    CHECK(is_refused(flipped, "a is damaged"));
  }
}

TEST_CASE("members that lie about themselves are refused before memory is taken for them") {
  const std::string stored = archive_of({{"a", "12345678"}}, ZipMethod::stored);
  const std::string deflated = archive_of({{"a", "12345678"}}, ZipMethod::deflated);
  CHECK(is_refused(changed(deflated, central, 24, 4'000'000'000U, 4), "made to mislead"));
  CHECK(is_refused(changed(stored, central, 24, 4'000'000'000U, 4), "made to mislead"));
  CHECK(is_refused(changed(stored, central, 20, 4'000'000'000U, 4), "made to mislead"));
  CHECK(is_refused(changed(deflated, central, 24, 7, 4), "damaged"));
  CHECK(is_refused(changed(deflated, central, 24, 9, 4), "damaged"));
  CHECK(is_refused(changed(stored, central, 42, 1'000'000, 4), "damaged"));
  CHECK(is_refused(changed(stored, central, 16, 1, 4), "a is damaged"));
  CHECK(is_refused(changed(stored, local, 0, 0, 4), "a is damaged"));
  CHECK(is_refused(changed(stored, central, 8, 1, 2), "a is encrypted"));
  CHECK(is_refused(read(golden + "lzma.npz"), "a.npy is compressed by method 14"));
}

TEST_CASE("two members on the same bytes are refused") {
  // The second entry of the directory is made to point to the first member.
  std::string archive =
      archive_of({{"a", std::string(500, 'y')}, {"b", std::string(500, 'y')}}, ZipMethod::stored);
  const std::size_t second = archive.rfind(std::string(central, 4));
  std::memset(archive.data() + second + 42, 0, 4);
  archive.erase(700, 500);
  CHECK(refusal(archive).starts_with("3 "));
}

TEST_CASE("an array that is there twice, or is no array, is refused by its name") {
  const test::Folder folder;
  const std::string array = test::npy("<f4", "1,", std::string(4, '\0'));
  const auto text = [&](const std::vector<std::pair<std::string, std::string>>& members) -> std::string {
    folder.write("a.npz", archive_of(members, ZipMethod::stored));
    try {
      const TensorFile file(folder.path("a.npz"));
      return std::to_string(file.tensors().size());
    } catch (const Error& error) {
      CHECK(error.status() == Status::data);
      return error.what();
    }
  };
  CHECK(text({{"a.npy", array}, {"b", array}}) == "2");
  CHECK(text({{"a.npy", array}, {"a", array}}).find("two arrays of the name a") != std::string::npos);
  CHECK(text({{"a.npy", array}, {"read\nme", "x"}}).find("read\\u000ame: not a .npy") != std::string::npos);
  CHECK(text({{"a.npy", array + "x"}}).find("a.npz: a.npy: 1 of <f4 need 4 bytes") != std::string::npos);
}
