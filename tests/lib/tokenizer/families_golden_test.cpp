// Pipelines of families against the official library, see tests/golden/tokenizer_families.py.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "tokenizer/embedded.h"
#include "tokenizer/folders/model_proto.h"
#include "tokenizer/tokenizer_json.h"

using namespace mha;

namespace {

/// Code points before byte `offset`.
std::size_t code_points(std::string_view text, std::size_t offset) {
  return static_cast<std::size_t>(std::count_if(text.begin(),
                                                text.begin() + static_cast<std::ptrdiff_t>(offset),
                                                [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<Token> with_specials(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<Token> tokens;
  for (const TemplateItem& item : tokenizer.special_tokens(false)) {
    if (item.kind == TemplateItem::Kind::special) {
      tokens.push_back({item.id, 0, 0});
    } else {
      const std::vector<Token> found = tokenizer.encode(text);
      tokens.insert(tokens.end(), found.begin(), found.end());
    }
  }
  return tokens;
}

/// id:end, or id:begin-end where a token does not begin where the one before it ends.
std::string places(const Tokenizer& tokenizer, std::string_view text) {
  std::string all;
  std::size_t last = 0;
  for (const Token& token : with_specials(tokenizer, text)) {
    const std::size_t begin = code_points(text, token.begin), end = code_points(text, token.end);
    if (!all.empty()) all += ' ';
    all += std::to_string(token.id) + ':';
    if (begin != last) all += std::to_string(begin) + '-';
    all += std::to_string(end);
    last = end;
  }
  return all;
}

/// id/type of two texts.
std::string pair(const Tokenizer& tokenizer, std::string_view first, std::string_view second) {
  std::string all;
  const auto put = [&](std::uint32_t id, std::uint32_t type) {
    if (!all.empty()) all += ' ';
    all += std::to_string(id) + '/' + std::to_string(type);
  };
  for (const TemplateItem& item : tokenizer.special_tokens(true)) {
    if (item.kind == TemplateItem::Kind::special) {
      put(item.id, item.type_id);
      continue;
    }
    const std::string_view text = item.kind == TemplateItem::Kind::first ? first : second;
    for (const Token& token : tokenizer.encode(text)) put(token.id, item.type_id);
  }
  return all;
}

void replace_all(std::string& text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
}

class Golden {
 public:
  Golden() : document_(read_file(path, std::size_t{1} << 20), path) {}

  JsonValue member(std::string_view name) const { return *document_.root().find(name); }

  /// The tokenizer.json of a family, with its model and table put in.
  std::string document(JsonValue family) const {
    std::string text(*family.find("document")->string());
    member("models").each_member([&](std::string_view kind, JsonValue model) {
      replace_all(text, "\"model\":@" + std::string(kind), "\"model\":" + std::string(*model.string()));
    });
    replace_all(text, "@charsmap", encode_base64(read_model_proto(english_model()).charsmap));
    return text;
  }

  /// The texts of all, and then those of the family.
  std::vector<std::string> texts(JsonValue family) const {
    std::vector<std::string> all;
    const auto put = [&](JsonValue text) { all.emplace_back(*text.string()); };
    member("texts").each_item(put);
    family.find("texts")->each_item(put);
    return all;
  }

 private:
  static constexpr const char* path = MHA_SOURCE_DIR "/tests/golden/tokenizer_families.json";
  JsonDocument document_;
};

}  // namespace

TEST_CASE("the pipelines of families give the ids, places and types that the official library gives") {
  const Golden golden;
  std::size_t families = 0;
  golden.member("families").each_item([&](JsonValue family) {
    const std::string name(*family.find("name")->string());
    CAPTURE(name);
    const auto tokenizer = parse_tokenizer_json(name, golden.document(family));
    const std::vector<std::string> texts = golden.texts(family);
    const std::vector<JsonValue> tokens = family.find("tokens")->items();
    REQUIRE(texts.size() == tokens.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(texts[i]);
      CHECK(places(*tokenizer, texts[i]) == *tokens[i].string());
    }
    CHECK(pair(*tokenizer, texts[0], texts[1]) == *family.find("pair")->string());
    ++families;
  });
  CHECK(families > 25);
}
