#include "model/inputs.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tokenizer/kinds.h"

using namespace mha;

namespace {

/// The token types of one text or pair in [CLS] first [SEP] second [SEP].
std::vector<std::uint32_t> types(const std::string& first, const std::vector<std::string>& second,
                                 bool special_tokens = true) {
  const auto tokenizer = load_tokenizer(std::string(default_tokenizer));
  std::vector<Text> pairs;
  for (const std::string& text : second) pairs.push_back({text, "--pair"});
  return tokenize({{first, "--text"}}, pairs, *tokenizer, {special_tokens, {}})[0].type_ids;
}

}  // namespace

TEST_CASE("tokens of the second text are of type 1, and of one text there are no types") {
  using Types = std::vector<std::uint32_t>;
  CHECK(types("a", {}) == Types{});
  CHECK(types("a", {"b c"}) == Types{0, 0, 0, 1, 1, 1});
  CHECK(types("a", {""}) == Types{0, 0, 0, 1});
  CHECK(types("", {"b"}) == Types{0, 0, 1, 1});
  CHECK(types("a", {"b"}, false) == Types{0, 1});
  CHECK(types("a", {""}, false) == Types{});
  CHECK(types("", {"b"}, false) == Types{1});
}
