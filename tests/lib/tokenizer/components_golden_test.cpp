// Components of a tokenizer.json against the official library, see tests/golden/tokenizer_components.py.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "base/base64.h"
#include "tokenizer/embedded.h"
#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"
#include "tokenizer/sentencepiece/wire.h"

using namespace mha;

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string_view field(std::string_view message, std::uint32_t number) {
  wire::Reader reader(message);
  while (const auto found = reader.next()) {
    if (found->number == number && found->type == wire::Type::bytes) return found->bytes;
  }
  return {};
}

/// normalizer_spec.precompiled_charsmap of the built-in model.
std::string english_charsmap() { return encode_base64(field(field(english_model(), 3), 2)); }

/// Code points before byte `offset`.
std::size_t code_points(std::string_view text, std::size_t offset) {
  return static_cast<std::size_t>(std::count_if(text.begin(),
                                                text.begin() + static_cast<std::ptrdiff_t>(offset),
                                                [](char c) { return (c & 0xC0) != 0x80; }));
}

class Components {
 public:
  explicit Components(std::string json) : document_(with_charsmap(std::move(json)), "components") {
    const Component root(document_.root(), "components");
    if (const auto part = root.optional_component("normalizer")) normalizer_ = read_normalizer(*part);
    pre_tokenizer_ = read_pre_tokenizer(root.component("pre_tokenizer"));
  }

  std::string answer(const std::string& text) const {
    AlignedText normalized;
    normalized.assign(text, {0, static_cast<std::uint32_t>(text.size())});
    if (normalizer_) normalizer_->normalize(normalized);
    SplitText splits;
    const std::optional<std::uint32_t> no_id;
    splits.append(normalized, {{0, normalized.text().size(), false}}, {&no_id, 1});
    pre_tokenizer_->cut(splits);
    std::ostringstream out;
    const char* space = "";
    for (const Split& split : splits.splits()) {
      out << space << to_hex(splits.text(split)) << ':' << code_points(text, split.origin.begin) << '-'
          << code_points(text, split.origin.end);
      space = " ";
    }
    return out.str();
  }

 private:
  static std::string with_charsmap(std::string json) {
    constexpr std::string_view name = "@english";
    for (std::size_t at = json.find(name); at != std::string::npos; at = json.find(name)) {
      json.replace(at, name.size(), english_charsmap());
    }
    return json;
  }

  JsonDocument document_;
  std::unique_ptr<Normalizer> normalizer_;
  std::unique_ptr<PreTokenizer> pre_tokenizer_;
};

}  // namespace

TEST_CASE("base64 is decoded as it is written, and refused where it is not canonical") {
  CHECK(decode_base64("") == "");
  CHECK(decode_base64(encode_base64("any carnal pleas")) == "any carnal pleas");
  CHECK(decode_base64("YQ==") == "a");
  CHECK(decode_base64("YWI=") == "ab");
  CHECK(decode_base64("+/+/") == "\xFB\xFF\xBF");
  for (const char* flawed : {"YQ", "YQ=", "YR==", "YWJ=", "Y===", "====", "YQ==YQ==", "Y Q=", "YQ-="}) {
    CAPTURE(flawed);
    CHECK_FALSE(decode_base64(flawed));
  }
}

TEST_CASE("components do to awkward texts what the official ones do, places included") {
  std::ifstream file(MHA_SOURCE_DIR "/tests/golden/tokenizer_components.tsv");
  std::unique_ptr<Components> components;
  std::string json;
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    if (line.starts_with('{')) {
      json = line;
      components = std::make_unique<Components>(line);
      continue;
    }
    const std::size_t tab = line.find('\t');
    const std::string hex = line.substr(0, tab);
    CAPTURE(json);
    CAPTURE(hex);
    CHECK(components->answer(from_hex(hex)) == line.substr(tab + 1));
    ++count;
  }
  CHECK(count > 1000);
}
