#include "tokenizer/sentencepiece/model_check.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tokenizer/embedded.h"
#include "tokenizer/sentencepiece/sentencepiece.h"

using namespace mha;

namespace {

// A writer of the wire format, and small models made with it.

std::string varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(0x80 | (number & 0x7F));
  bytes += static_cast<char>(number);
  return bytes;
}

std::string little_endian(std::uint32_t number) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
  return bytes;
}

std::string message(std::uint32_t field, const std::string& bytes) {
  return varint(field << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string piece(const std::string& text, std::uint64_t type = 1, float score = -1) {
  std::string bytes = message(1, text);
  bytes += varint(2 << 3 | 5) + little_endian(std::bit_cast<std::uint32_t>(score));
  bytes += varint(3 << 3) + varint(type);
  return message(1, bytes);
}

const std::string unknown = piece("<unk>", 2, 0);
const std::string some_pieces = unknown + piece("\u2581") + piece("a");

/// A double array of darts-clone whose units all point at themselves, but for those given.
std::string charsmap(std::vector<std::pair<std::uint32_t, std::uint32_t>> units,
                     const std::string& replacements, std::size_t size = 1024) {
  std::string trie;
  for (std::uint32_t i = 0; i < size; ++i) trie += little_endian((i & 0xFF) ^ 0xFF);
  for (const auto& [at, unit] : units) trie.replace(4 * at, 4, little_endian(unit));
  return little_endian(static_cast<std::uint32_t>(trie.size())) + trie + replacements;
}

std::string with_charsmap(const std::string& map, std::uint32_t spec = 3) {
  return some_pieces + message(spec, message(2, map));
}

constexpr std::uint32_t has_leaf = 1U << 8, leaf = 1U << 31;
std::uint32_t offset(std::uint32_t by) { return by << 10; }

std::string refusal(const std::string& model, Status status = Status::data) {
  try {
    SentencePiece("x.model", model).encode("a b \u00e9");
  } catch (const Error& error) {
    CHECK(error.status() == status);
    std::string what = error.what();
    CHECK(what.starts_with("x.model: "));
    CHECK(what.find('\n') == std::string::npos);
    CHECK(what.find(".cc") == std::string::npos);
    return what;
  }
  return "accepted";
}

bool refused(const std::string& model, const std::string& why, Status status = Status::data) {
  const std::string what = refusal(model, status);
  INFO(what);
  const bool found = what.find(why) != std::string::npos;
  CHECK(found);
  return found;
}

}  // namespace

TEST_CASE("a small sound model passes, with and without a table of normalisation") {
  CHECK(refusal(some_pieces) == "accepted");
  CHECK(refusal(some_pieces + message(3, message(2, ""))) == "accepted");
  // 'b' becomes 'a': root -> base 256; unit 256 ^ 'b' -> base 512 with the leaf there
  const std::uint32_t b = 256 ^ 'b';
  const std::string map = charsmap({{0, offset(256)}, {b, offset(b ^ 512) | has_leaf | 'b'}, {512, leaf | 0}},
                                   std::string("a\0", 2));
  const SentencePiece tokenizer("x.model", with_charsmap(map));
  CHECK(tokenizer.encode("b") == tokenizer.encode("a"));
  CHECK_NOTHROW(check_model("english", english_model()));
}

TEST_CASE("a model that is empty, random or cut short is refused") {
  refused("", "the file is empty");
  const std::string whole(english_model());
  for (std::size_t i = 1; i < 16; ++i) {
    CAPTURE(i);
    refused(whole.substr(0, whole.size() * i / 16), "x.model: ");
  }
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(1000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    CHECK(refusal(bytes) != "accepted");
  }
}

TEST_CASE("a flaw of a piece is named with its number") {
  refused(unknown + piece(""), "piece 1 is empty");
  refused(some_pieces + piece(std::string("a\0b", 3)), "piece 3 holds a NUL byte");
  refused(some_pieces + piece("\xff"), "piece 3 is not UTF-8");
  refused(some_pieces + piece("b", 1, std::numeric_limits<float>::quiet_NaN()), "piece 3 has the score nan");
  refused(some_pieces + piece("b", 1, std::numeric_limits<float>::infinity()), "piece 3 has the score inf");
  refused(some_pieces + piece("b", 0), "piece 3 has the type 0, not 1 to 6");
  refused(some_pieces + piece("b", 7), "piece 3 has the type 7, not 1 to 6");
  refused(some_pieces + piece("?", 2), "piece 3 is of the type UNKNOWN, as piece 0 is already");
  refused(some_pieces + piece("a"), "piece 3 repeats piece 2");
  refused(some_pieces + message(1, varint(1 << 3) + varint(5)), "piece 3 has a field 1 of the wrong kind");
  refused(some_pieces + message(1, "\x0a\x7f"), "piece 3 is damaged");
  refused(some_pieces + piece(std::string(200'000, 'b')),
          "piece 3 has 200000 bytes; a piece has at most 4096", Status::limit);
  CHECK(refusal(some_pieces + piece(std::string(4096, 'b'))) == "accepted");
}

TEST_CASE("a model without pieces or without UNKNOWN is refused") {
  refused(message(2, ""), "it has no pieces");
  refused(piece("a"), "it has no piece of the type UNKNOWN");
  refused(unknown, "sentencepiece refuses the model");
  refused(some_pieces + message(2, varint(3 << 3) + varint(9)), "its model type 9 is unknown");
}

TEST_CASE("a model that fails its own tests is refused without a word from the library") {
  const std::string test = message(4, message(1, message(1, "a") + message(2, "nonsense")));
  refused(some_pieces + test, "x.model: sentencepiece refuses the model: Self-test failures; get");
}

TEST_CASE("a file that is over a limit is refused before it is read through") {
  refused(std::string((std::size_t{64} << 20) + 1, '\n'), "a model has at most 67108864", Status::limit);
}

TEST_CASE("broken wire format is refused, wherever it stands") {
  const std::string flaws[] = {std::string("\x0b"),
                               std::string("\x02\x01") + "a",
                               std::string(11, '\xff'),
                               std::string("\x0a\xff\xff\xff\xff\x0f"),
                               std::string("\x15\x00\x00", 3),
                               std::string("\x0f"),
                               varint(std::uint64_t{1} << 35 | 2) + varint(0)};
  for (const std::string& flaw : flaws) {
    refused(some_pieces + flaw, "it is cut short or damaged after piece 3");
    refused(some_pieces + message(3, flaw), "its record of the normalisation is damaged");
    refused(some_pieces + message(2, flaw), "its record of the training is damaged");
  }
  refused(some_pieces + varint(3 << 3) + varint(1), "field 3 is not a message");
}

TEST_CASE("a table of normalisation that would be read out of bounds is refused") {
  const std::string text("a\0", 2);
  for (std::uint32_t spec : {3, 5}) {
    refused(with_charsmap("abc", spec), "it has 3 bytes, not even its size");
    refused(with_charsmap(little_endian(100) + "abcd", spec), "its trie has 100 bytes of 4");
    refused(with_charsmap(little_endian(5) + std::string(5, 'a') + text, spec),
            "5 bytes, not a multiple of 4");
    refused(with_charsmap(little_endian(0) + text, spec), "its trie is empty");
    refused(with_charsmap(charsmap({}, "", 1024), spec), "does not end in NUL");
    refused(with_charsmap(charsmap({}, "abc"), spec), "does not end in NUL");
    refused(with_charsmap(charsmap({}, std::string("\xff\0", 2)), spec), "is not UTF-8");
    refused(with_charsmap(charsmap({}, std::string(1025, 'x') + text), spec), "more than 1024 bytes");
    refused(with_charsmap(charsmap({}, text, 100), spec), "unit 0 of its trie points outside");
    refused(with_charsmap(charsmap({{0, leaf | offset(256)}}, text), spec),
            "unit 0 of its trie points outside");
    refused(with_charsmap(charsmap({{0, offset(4096)}}, text), spec), "unit 0 of its trie points outside");
    refused(with_charsmap(charsmap({{300, offset(1 << 20)}}, text), spec),
            "unit 300 of its trie points outside");
    refused(with_charsmap(charsmap({{300, has_leaf | offset(300 ^ 512)}, {512, leaf | 2}}, text), spec),
            "unit 300 of its trie has a replacement outside of the table");
    refused(with_charsmap(
                charsmap({{300, has_leaf | offset(300 ^ 512)}, {512, leaf | 1}}, std::string("\u00e9\0", 3)),
                spec),
            "unit 300 of its trie has a replacement that begins inside a character");
  }
}

TEST_CASE("a table of normalisation with a cycle or with too many nested keys is refused") {
  const std::string text("a\0", 2);
  // root -> 256; unit 256 ^ 'b' has its children at 256 again
  const std::uint32_t b = 256 ^ 'b';
  refused(with_charsmap(charsmap({{0, offset(256)}, {b, offset(b ^ 256) | 'b'}}, text)),
          "its trie has a cycle");
  // b, bb, bbb, ...: each its own block of 256 units, with a leaf
  for (std::uint32_t depth : {32U, 33U}) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> units = {{0, offset(256)}};
    for (std::uint32_t i = 1; i <= depth; ++i) {
      const std::uint32_t at = (256 * i) ^ 'b';
      units.emplace_back(at, offset(at ^ (256 * (i + 1))) | has_leaf | 'b');
      units.emplace_back(256 * (i + 1), leaf | 0);
    }
    const std::string map = charsmap(units, text, std::size_t{256} * (depth + 2));
    if (depth == 32) CHECK(refusal(with_charsmap(map)) == "accepted");
    if (depth == 33) refused(with_charsmap(map), "its trie nests 33 keys, more than 32");
  }
}

TEST_CASE("user-defined symbols may be nested up to what the library has room for") {
  std::string model = some_pieces;
  for (std::size_t i = 1; i <= 64; ++i) model += piece(std::string(i, 'u'), 4);
  CHECK(refusal(model) == "accepted");
  refused(model + piece(std::string(65, 'u'), 4), "more than 64 user-defined symbols begin with each other");
}

TEST_CASE("a mutated model is refused or works, whatever the mutation") {
  const std::string whole =
      with_charsmap(charsmap({{0, offset(256)}, {512, leaf | 0}}, std::string("a\0", 2)));
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string model = whole;
    for (int i = 0; i < 3; ++i) model[random() % model.size()] = static_cast<char>(random());
    refusal(model);
  }
}
