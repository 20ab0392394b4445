#include "checkpoint/safetensors_header.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "base/error.h"
#include "support/command.h"
#include "support/safetensors.h"

using namespace mha;
using namespace std::literals;
using test::length_prefix;
using test::raw_safetensors;
using test::TensorToStore;

namespace {

SafetensorsHeader read(std::string_view file) { return {std::as_bytes(std::span(file)), "f.safetensors"}; }

/// What is said of a file that must be refused.
std::string refusal(std::string_view file) {
  try {
    read(file);
  } catch (const Error& error) {
    CHECK(error.status() == Status::data);
    const std::string text = error.what();
    CHECK(text.starts_with("f.safetensors: "));
    CHECK(text.find('\n') == std::string::npos);
    return text.substr(std::string_view("f.safetensors: ").size());
  }
  return "accepted";
}

/// Checks that a file of this header and data is refused with these words.
void check_refused(std::string_view header, std::string_view data, std::string_view words) {
  const std::string text = refusal(raw_safetensors(header, data));
  CAPTURE(header.substr(0, 200));
  CAPTURE(words);
  CAPTURE(text);
  CHECK(text.find(words) != std::string::npos);
}

/// The same for a header of one tensor 't'.
void check_tensor_refused(std::string_view entry, std::string_view data, std::string_view words) {
  check_refused(R"({"t":)" + std::string(entry) + "}", data, words);
}

std::string entry(std::string_view shape, std::string_view offsets, std::string_view dtype = "F32") {
  return fmt::format(R"({{"dtype":"{}","shape":{},"data_offsets":{}}})", dtype, shape, offsets);
}

}  // namespace

TEST_CASE("a header gives each tensor's type, shape and place") {
  const std::string file = test::safetensors({{"b", "F32", {2, 1}, "12345678"},
                                              {"a", "BF16", {}, "ab"},
                                              {"e", "F16", {0, 7}, ""},
                                              {"c", "I64", {1}, "abcdefgh"}},
                                             3);
  const SafetensorsHeader header = read(file);
  REQUIRE(header.tensors().size() == 4);
  CHECK(header.tensors()[0].name == "b");
  CHECK(file.substr(header.data_begin()) == "12345678ababcdefgh");
  const StoredTensor* b = header.find("b");
  REQUIRE(b != nullptr);
  CHECK(b->type->name == "F32");
  CHECK(b->shape == Shape{2, 1});
  CHECK(b->end == 8);
  CHECK(header.find("a")->shape.empty());
  CHECK(header.find("a")->begin == 8);
  CHECK(header.find("e")->shape == Shape{0, 7});
  CHECK_FALSE(header.find("c")->type->element);
  CHECK(header.find("d") == nullptr);
  CHECK(read(raw_safetensors("{}")).tensors().empty());
}

TEST_CASE("every type of the format is accepted, and six of four bits by the byte") {
  for (const StoredType& type : stored_types) {
    CAPTURE(type.name);
    const std::string bytes(type.bits, 'x');
    CHECK(refusal(test::safetensors({{"t", std::string(type.name), {8}, bytes}})) == "accepted");
  }
  check_tensor_refused(entry("[3]", "[0,2]", "F4"), "ab", "no whole number of bytes");
}

TEST_CASE("a file too short for its header is told by its sizes") {
  CHECK(refusal("") == "0 bytes; a safetensors file has at least 8; download it again");
  CHECK(refusal("1234567").starts_with("7 bytes; "));
  CHECK(refusal(length_prefix(0)).starts_with("header is empty"));
  CHECK(refusal(length_prefix(0) + "{}").starts_with("header is empty"));
  CHECK(refusal(length_prefix(1000) + std::string(92, '{')) ==
        "header of 1000 bytes, but the file has 92 left; truncated download?");
  for (const std::uint64_t length :
       {std::uint64_t{100'000'001}, std::uint64_t{1} << 63, ~std::uint64_t{0}, ~std::uint64_t{7}}) {
    CAPTURE(length);
    CHECK(refusal(length_prefix(length) + "{}") ==
          fmt::format("not a safetensors file: header length {} exceeds 100000000", length));
  }
}

TEST_CASE("a file of another kind is told what it is and what to do") {
  const auto check = [](std::string_view file, std::string_view words) {
    CAPTURE(words);
    const std::string text = refusal(std::string(file) + std::string(100, '\0'));
    CAPTURE(text);
    CHECK(text.find(words) != std::string::npos);
  };
  check("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer");
  check("version https://git-lfs.github.com/spec/v1\n", "git lfs pull");
  check("PK\x03\x04\x14", "save_pretrained");
  check("\x80\x02}q", "pickle");
  check("\x80\x04\x95", "save_file");
  check("GGUF\x03\0\0\0"sv, "GGUF");
  check("\x1f\x8b\x08", "gunzip");
  check("\x89HDF\r\n\x1a\n", "HDF5");
  check("\n<!DOCTYPE html><html>", "web page");
  check("<html><body>404", "web page");
  check("{\"metadata\": {}}", "JSON");
  check("abcdefghij", "not a safetensors file");
}

TEST_CASE("a header that is not JSON of one object is refused where it stops being so") {
  for (const char* header : {"[]", "1", "null", "\"\"", " {}", "\n{}", "\xef\xbb\xbf{}"}) {
    CAPTURE(header);
    CHECK(refusal(raw_safetensors(header)).find("does not begin with '{'") != std::string::npos);
  }
  check_refused("{}\0"sv, "", "header:1:3: not JSON");
  check_refused("{} x", "", "header:1:4: not JSON");
  check_refused("{", "", "header:1:2: not JSON");
  check_refused("{\"\xff\": 1}", "", "header:1:3: not JSON: byte 0xff is not UTF-8");
  check_refused("{\"\xc0\x80\": 1}", "", "is not UTF-8");
  check_refused(R"({"\ud800": 1})", "", "half of a surrogate pair");
  check_refused(R"({"__metadata__":)" + std::string(100'000, '['), "", "nested deeper than 64 levels");
  CHECK(refusal(raw_safetensors("{} \t\r\n")) == "accepted");
}

TEST_CASE("what occurs twice is refused by name, tensors of no bytes included") {
  const std::string one = entry("[1]", "[0,4]"), none = entry("[0]", "[0,0]");
  check_refused(R"({"x":)" + one + R"(,"x":)" + one + "}", "abcd", "'x' appears twice");
  check_refused(R"({"x":)" + none + R"(,"x":)" + one + "}", "abcd", "'x' appears twice");
  check_refused(R"({"x":)" + none + R"(,"\u0078":)" + none + "}", "", "'x' appears twice");
  check_tensor_refused(R"({"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]})", "abcd",
                       "'shape' appears twice");
  check_refused(R"({"__metadata__":{"a":"1","a":"2"}})", "", "'a' appears twice");
}

TEST_CASE("metadata is text, and what else a tensor has is let be") {
  CHECK(refusal(raw_safetensors(R"({"__metadata__":{"a":"b"}})")) == "accepted");
  CHECK(refusal(raw_safetensors(R"({"__metadata__":null})")) == "accepted");
  check_refused(R"({"__metadata__":{"a":1}})", "", "__metadata__ 'a' is 1, not a string");
  check_refused(R"({"__metadata__":["a"]})", "", "__metadata__ is a list, not an object");
  CHECK(refusal(raw_safetensors(R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"new":[{}]}})",
                                "x")) == "accepted");
}

TEST_CASE("a tensor that is not described as it should be is named") {
  check_refused(R"({"a\nb":1})", "", "tensor 'a\\u000ab' is described by 1, not by an object");
  check_tensor_refused(R"(["F32",[1],[0,4]])", "abcd", "is described by a list");
  check_tensor_refused(R"({"shape":[1],"data_offsets":[0,4]})", "abcd", "tensor 't' has no dtype");
  check_tensor_refused(R"({"dtype":"F32","data_offsets":[0,4]})", "abcd", "tensor 't' has no shape");
  check_tensor_refused(R"({"dtype":"F32","shape":[1]})", "abcd", "tensor 't' has no data_offsets");
  check_tensor_refused(entry("[1]", "[0,4]", "F7"), "abcd",
                       R"(has dtype "F7"; known are F64, F32, F16, BF16, BOOL)");
  check_tensor_refused(entry("[1]", "[0,4]", "f32"), "abcd", R"(has dtype "f32")");
  check_tensor_refused(R"({"dtype":32,"shape":[1],"data_offsets":[0,4]})", "abcd", "has dtype 32");
  check_tensor_refused(entry("1", "[0,4]"), "abcd", "has shape 1, not a list");
  for (const char* number : {"-1", "768.0", "1e3", "\"1\"", "null", "true", "[1]"}) {
    check_tensor_refused(entry(fmt::format("[{}]", number), "[0,4]"), "abcd", "no whole number from 0 on");
    check_tensor_refused(entry("[1]", fmt::format("[0,{}]", number)), "abcd", "no whole number from 0 on");
  }
  check_tensor_refused(entry("[18446744073709551616]", "[0,4]"), "abcd", "no whole number from 0 on");
  check_tensor_refused(entry("[1]", "[0]"), "abcd", "has 1 data_offsets, not 2");
  check_tensor_refused(entry("[1]", "[0,4,4]"), "abcd", "has 3 data_offsets, not 2");
  check_tensor_refused(entry("[1]", "{}"), "abcd", "has data_offsets an object");
}

TEST_CASE("a shape that no number of bytes can hold is refused by its figures") {
  for (const char* shape : {"[4294967296,4294967296]", "[2,9223372036854775808]", "[2305843009213693952,8]",
                            "[2305843009213693952,8,0]", "[18446744073709551615]"}) {
    check_tensor_refused(entry(shape, "[0,0]"), "", "element count overflows");
  }
  check_tensor_refused(entry("[1,1,1,1,1,1,1,1,1]", "[0,4]"), "abcd",
                       "has rank 9; more than 8 is not supported");
  std::string ones = "[1";
  for (int i = 1; i < 1'000'000; ++i) ones += ",1";
  check_tensor_refused(entry(ones + "]", "[0,4]"), "abcd", "has rank 1000000");
  CHECK(refusal(raw_safetensors(R"({"t":)" + entry("[1,1,1,1,1,1,1,1]", "[0,4]") + "}", "abcd")) ==
        "accepted");
}

TEST_CASE("tensors that do not fill the data side by side are refused by name and numbers") {
  const auto two = [](std::string_view first, std::string_view second) {
    return fmt::format(R"({{"a":{},"b":{}}})", first, second);
  };
  check_tensor_refused(entry("[1]", "[4,0]"), "abcd", "begins at 4 and ends before, at 0");
  check_tensor_refused(entry("[1]", "[4,8]"), "abcdefgh",
                       "begins at 4, but the data before it ends at 0: a hole");
  check_refused(two(entry("[1]", "[0,4]"), entry("[1]", "[5,9]")), "abcdefghi",
                "tensor 'b' begins at 5, but the data before it ends at 4: a hole");
  check_refused(two(entry("[1]", "[2,6]"), entry("[1]", "[0,4]")), "abcdef",
                "tensor 'a' begins at 2, but the data before it ends at 4: an overlap");
  check_refused(two(entry("[1]", "[0,4]"), entry("[1]", "[0,4]")), "abcd", "an overlap");
  check_tensor_refused(
      entry("[2,3]", "[0,20]"), std::string(20, 'x'),
      "tensor 't' is 2x3 of F32, which takes 24 bytes, but its data_offsets [0, 20] hold 20");
  check_tensor_refused(entry("[0]", "[0,4]"), "abcd", "takes 0 bytes");
  CHECK(refusal(raw_safetensors(two(entry("[0]", "[4,4]"), entry("[1]", "[0,4]")), "abcd")) == "accepted");
}

TEST_CASE("tensors whose sizes add up to that of the file only when the sum wraps are refused") {
  constexpr std::uint64_t most = (std::uint64_t{1} << 61) - 1;
  std::string header = "{";
  for (std::uint64_t i = 0; i < 8; ++i) {
    header +=
        fmt::format(R"("{}":{},)", i,
                    entry(fmt::format("[{}]", most), fmt::format("[{},{}]", i * most, (i + 1) * most), "U8"));
  }
  // 8 * most is 2^64 - 8: the ninth ends at 100 in 64 bits, which is where the file ends.
  header += R"("8":)" + entry("[108]", "[18446744073709551608,100]", "U8") + "}";
  check_refused(header, std::string(100, 'x'),
                "tensor '8' begins at 18446744073709551608 and ends before, at 100");
}

TEST_CASE("a file that is shorter or longer than its tensors is told by how much") {
  const std::string file = test::safetensors({{"t", "F32", {100, 100}, std::string(40'000, 'x')}});
  const auto sizes = [&](std::size_t size) {
    return fmt::format("truncated: {} of 40,{:03} bytes", size, file.size() - 40'000);
  };
  CHECK(refusal(std::string_view(file).substr(0, file.size() - 1)).find("(99 %)") != std::string::npos);
  CHECK(refusal(std::string_view(file).substr(0, 400)).starts_with(sizes(400) + " (0 %); download it again"));
  CHECK(refusal(file + "tail") ==
        "4 bytes after the last tensor, which belong to none; cut them off or download it again");
}

TEST_CASE("a header of 100,000 tensors is read fast, and abuse of overlaps is refused fast") {
  std::string header = "{", same = "{";
  for (std::size_t i = 0; i < 100'000; ++i) {
    const char* comma = i == 0 ? "" : ",";
    header += fmt::format(R"({}"model.layers.{}.weight":{})", comma, i,
                          entry("[1]", fmt::format("[{},{}]", 4 * i, 4 * i + 4)));
    same += fmt::format(R"({}"{}":{})", comma, i, entry("[1]", "[0,4]"));
  }
  const std::string file = raw_safetensors(header + "}", std::string(400'000, 'x'));
  const auto begin = std::chrono::steady_clock::now();
  CHECK(read(file).tensors().size() == 100'000);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  CHECK(seconds.count() < test::quick_seconds / 20);
  check_refused(same + "}", "abcd", "an overlap");
}
