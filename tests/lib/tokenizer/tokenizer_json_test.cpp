#include "tokenizer/tokenizer_json.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "tokenizer/bert/wordpiece.h"

using namespace mha;

namespace {

constexpr const char* words = R"({"type": "WordLevel", "unk_token": "?",
                                  "vocab": {"?": 0, "a": 1, "b": 2, "c": 3, "ab": 4, "[S]": 5}})";

/// A tokenizer.json with these members beside the model.
std::string document(const std::string& members, const std::string& model = words) {
  return fmt::format(R"({{"version": "1.0", {}{} "model": {}}})", members, members.empty() ? "" : ",", model);
}

std::string added(const std::string& content, const std::string& flags) {
  std::string token = fmt::format(R"({{"id": 9, "content": "{}")", content);
  for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
    token += fmt::format(R"(, "{}": {})", flag, flags.find(flag) != std::string::npos);
  }
  return R"("added_tokens": [)" + token + "}]";
}

std::unique_ptr<Tokenizer> parse(const std::string& members) {
  return parse_tokenizer_json("t.json", document(members));
}

/// "1:0-1 2:2-3": ids and bytes.
std::string encode(const std::string& members, std::string_view text) {
  std::string out;
  for (const Token& token : parse(members)->encode(text)) {
    out += fmt::format("{}{}:{}-{}", out.empty() ? "" : " ", token.id, token.begin, token.end);
  }
  return out;
}

std::string refusal(const std::string& text, Status status = Status::data) {
  try {
    parse_tokenizer_json("t.json", text);
  } catch (const Error& error) {
    CHECK(error.status() == status);
    const std::string what = error.what();
    CHECK(what.find('\n') == std::string::npos);
    return what;
  }
  return "loaded";
}

std::string refused_part(const std::string& members) { return refusal(document(members)); }

constexpr const char* white = R"("pre_tokenizer": {"type": "WhitespaceSplit"})";

}  // namespace

TEST_CASE("truncation, padding and decoder of a tokenizer.json change nothing") {
  const std::string extras =
      R"("truncation": {"max_length": 1}, "padding": {"strategy": "BatchLongest"}, "decoder": {"type": "?"}, )";
  CHECK(encode(white, "a b  c") == "1:0-1 2:2-3 3:5-6");
  CHECK(encode(extras + white, "a b  c") == "1:0-1 2:2-3 3:5-6");
  CHECK(encode(R"("normalizer": null, "pre_tokenizer": null, "post_processor": null)", "ab") == "4:0-2");
}

TEST_CASE("added tokens take white space and respect words as their flags say") {
  const std::string rest = std::string(", ") + white;
  CHECK(encode(added("x", "") + rest, "a x b") == "1:0-1 6:2-3 2:4-5");
  CHECK(encode(added("x", "lstrip") + rest, "a x b") == "1:0-1 6:1-3 2:4-5");
  CHECK(encode(added("x", "rstrip") + rest, "a x b") == "1:0-1 6:2-4 2:4-5");
  CHECK(encode(added("x", "lstrip rstrip") + rest, "a x  x b") == "1:0-1 6:1-5 6:5-7 2:7-8");
  CHECK(encode(added("x", "") + rest, "axb") == "1:0-1 6:1-2 2:2-3");
  CHECK(encode(added("x", "single_word") + rest, "axb x") == "0:0-3 6:4-5");
  CHECK(encode(added("x", "single_word") + rest, "-x-") == "0:0-1 6:1-2 0:2-3");
}

TEST_CASE(
    "white space that an added token took is another token once more, unless that is moved behind its end") {
  const auto two = [](const char* flags) {
    const std::string one = added("x", "rstrip"), other = added("\\t", flags);
    return one.substr(0, one.size() - 1) + ", " + other.substr(other.find('[') + 1);
  };
  CHECK(encode(two(""), "x\t\tb") == "6:0-3 7:1-2 7:2-3 2:3-4");
  CHECK(encode(two("lstrip"), "x\t\tb") == "6:0-3 2:3-4");  // the official library gives up here
  CHECK(encode(two("lstrip"), "x\tb\t") == "6:0-2 2:2-3 7:3-4");
}

TEST_CASE("an added token is looked for as it is, or in normalised form") {
  const std::string lower = std::string(R"(, "normalizer": {"type": "Lowercase"}, )") + white;
  CHECK(encode(added("XY", "normalized") + lower, "a xY B") == "1:0-1 6:2-4 2:5-6");
  CHECK(encode(added("XY", "") + lower, "a xY XY") == "1:0-1 0:2-4 6:5-7");
  CHECK(parse(added("XY", "normalized") + lower)->piece(6) == "xy");
}

TEST_CASE(
    "an added token has the id of its piece, or the next one behind the model's, whatever the file says") {
  CHECK(encode(added("[S]", "special"), "[S]") == "5:0-3");
  CHECK(encode(added("new", "special"), "new") == "6:0-3");
  CHECK(parse(added("new", ""))->size() == 7);
  CHECK(parse(added("new", ""))->piece(6) == "new");
  CHECK(parse(added("[S]", ""))->size() == 6);
}

TEST_CASE("of two added tokens the longer one is found, and of the same twice the later") {
  const auto two = [](const char* first, const char* second) {
    const std::string one = added(first, ""), other = added(second, "lstrip");
    return one.substr(0, one.size() - 1) + ", " + other.substr(other.find('[') + 1);
  };
  CHECK(encode(two("xy", "xyz") + ", " + white, "xyz xy") == "7:0-3 6:4-6");
  CHECK(encode(two("xy", "xy") + ", " + white, "a xy") == "1:0-1 6:1-4");
}

TEST_CASE("spans are trimmed by the text of what a Unigram model does not know, as in the official library") {
  const auto tokenizer = parse_tokenizer_json(
      "t.json", document(std::string(R"("post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1],
                            "cls": ["<s>", 2], "trim_offsets": true, "add_prefix_space": false}, )") +
                             white,
                         R"({"type": "Unigram", "unk_id": 0,
                             "vocab": [["<unk>", 0], ["</s>", 0], ["<s>", 0], ["a", -1.0], ["b", -1.5]]})"));
  CHECK(tokenizer->encode("a\u0120b") == std::vector<Token>{{3, 0, 1}, {0, 3, 3}, {4, 3, 4}});
  CHECK(tokenizer->encode("ac\u0120 \u0120cb") ==
        std::vector<Token>{{3, 0, 1}, {0, 1, 2}, {0, 7, 8}, {4, 8, 9}});
}

TEST_CASE("templates of post-processors hold their special tokens and types") {
  using Kind = TemplateItem::Kind;
  const TemplateItem first = {Kind::first, 0, 0}, second = {Kind::second, 0, 1};
  CHECK(parse("")->special_tokens(false) == Template{first});
  CHECK(parse("")->special_tokens(true) == Template{first, second});

  const auto bert =
      parse(R"("post_processor": {"type": "BertProcessing", "sep": ["b", 2], "cls": ["a", 1]})");
  CHECK(bert->special_tokens(false) == Template{{Kind::special, 1, 0}, first, {Kind::special, 2, 0}});
  CHECK(bert->special_tokens(true) ==
        Template{{Kind::special, 1, 0}, first, {Kind::special, 2, 0}, second, {Kind::special, 2, 1}});

  const auto roberta = parse(
      R"("post_processor": {"type": "RobertaProcessing", "sep": ["b", 2], "cls": ["a", 1],
                            "trim_offsets": true, "add_prefix_space": false})");
  const TemplateItem cls = {Kind::special, 1, 0}, sep = {Kind::special, 2, 0};
  CHECK(roberta->special_tokens(true) == Template{cls, first, sep, sep, {Kind::second, 0, 0}, sep});

  const auto any = parse(R"("post_processor": {"type": "Sequence", "processors": [
      {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "S", "type_id": 3}},
                                                {"Sequence": {"id": "A", "type_id": 4}}],
       "pair": [{"Sequence": {"id": "B", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 1}}],
       "special_tokens": {"S": {"id": "S", "ids": [1, 2], "tokens": ["a", "b"]}}}]})");
  CHECK(any->special_tokens(false) ==
        Template{{Kind::special, 1, 3}, {Kind::special, 2, 3}, {Kind::first, 0, 4}});
  CHECK(any->special_tokens(true) == Template{{Kind::second, 0, 0}, {Kind::first, 0, 1}});
}

TEST_CASE("an unknown component is refused by its name, with those that are known") {
  CHECK(refused_part(R"("normalizer": {"type": "NFX"})")
            .starts_with("t.json: normalizer: type 'NFX' is not known (did you mean 'NFC'"));
  CHECK(
      refused_part(R"("pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digit"}]})") ==
      "t.json: pre_tokenizer.pretokenizers[0]: type 'Digit' is not known (did you mean 'Digits'?); known are "
      "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, "
      "Sequence, Split, Whitespace, WhitespaceSplit");
  CHECK(refused_part(R"("post_processor": {"type": "\u001b"})")
            .starts_with("t.json: post_processor: type '\\u001b' is not known; known are "));
}

TEST_CASE("a member that is missing or of another type is refused with its place") {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {R"("normalizer": [])", "t.json: normalizer is a list, where an object is wanted"},
      {R"("normalizer": {})", "t.json: normalizer: 'type' is missing"},
      {R"("normalizer": {"type": 3})", "t.json: normalizer: 'type' is 3, where a text is wanted"},
      {R"("normalizer": {"type": "Strip", "strip_left": true})",
       "t.json: normalizer: 'strip_right' is missing"},
      {R"("normalizer": {"type": "Replace", "pattern": {"Regex": "("}, "content": ""})",
       "t.json: normalizer.pattern: '(' is no regular expression: end pattern with unmatched parenthesis"},
      {R"("normalizer": {"type": "Replace", "pattern": "x", "content": ""})",
       "t.json: normalizer.pattern is \"x\", where an object is wanted"},
      {R"("normalizer": {"type": "Precompiled", "precompiled_charsmap": "x"})",
       "t.json: normalizer: 'precompiled_charsmap' is \"x\", where a table in base64 is wanted"},
      {R"("normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"})",
       "t.json: normalizer: 'precompiled_charsmap' cannot be used: it has 3 bytes, not even its size"},
      {R"("pre_tokenizer": {"type": "Metaspace", "replacement": "ab"})",
       "t.json: pre_tokenizer: 'replacement' is \"ab\", where one character is wanted"},
      {R"("pre_tokenizer": {"type": "FixedLength", "length": 0})",
       "t.json: pre_tokenizer: 'length' is 0, where a whole number from 1 is wanted"},
      {R"("pre_tokenizer": {"type": "Punctuation", "behavior": "isolated"})",
       "t.json: pre_tokenizer: 'behavior' is \"isolated\", where one of Removed, Isolated, "
       "MergedWithPrevious, MergedWithNext, Contiguous is wanted"},
      {R"("post_processor": {"type": "BertProcessing", "sep": ["b", 2], "cls": ["a", 99]})",
       "t.json: post_processor: id 99 is not below 6, the number of pieces"},
      {R"("post_processor": {"type": "BertProcessing", "sep": ["b", -2], "cls": ["a", 1]})",
       "t.json: post_processor: 'sep' is a list, where a list of a piece and its id is wanted"},
      {R"("added_tokens": 3)", "t.json: 'added_tokens' is 3, where a list is wanted"},
      {R"("added_tokens": [{"id": 4294967296}])",
       "t.json: added_tokens[0]: 'id' is 4294967296, where a whole number from 0 to 4294967295 is wanted"},
      {R"("added_tokens": [{"id": 1, "content": "x"}])", "t.json: added_tokens[0]: 'single_word' is missing"},
  };
  for (const auto& [members, wanted] : faults) CHECK(refused_part(members) == wanted);
  CHECK(refusal("[]") == "t.json is a list, where an object is wanted");
  CHECK(refusal("{}") == "t.json: 'model' is missing");
  CHECK(refusal(R"({"version": "2.0"})") == "t.json: 'version' is \"2.0\", where \"1.0\" is wanted");
}

TEST_CASE("a template that names what it lacks is refused") {
  const auto with = [](const std::string& single, const std::string& specials) {
    return R"("post_processor": {"type": "TemplateProcessing", "pair": [], "single": )" + single +
           R"(, "special_tokens": )" + specials + "}";
  };
  CHECK(refused_part(with(R"([{"SpecialToken": {"id": "S", "type_id": 0}}])", "{}")) ==
        "t.json: post_processor.single[0].SpecialToken: 'id' is \"S\", where one of 'special_tokens' is "
        "wanted");
  CHECK(refused_part(with(R"([{"Sequence": {"id": "B", "type_id": 0}}])", "{}")) ==
        "t.json: post_processor.single[0].Sequence: 'id' is \"B\", where A, the only text that there is is "
        "wanted");
  CHECK(refused_part(with("[]", R"({"S": {"ids": ["x"]}})")) ==
        "t.json: post_processor.special_tokens.S: 'ids' is a list, where a list of ids is wanted");
}

TEST_CASE("spans stay within the text where byte fallback counts a suffix that is not there") {
  const std::string model =
      R"({"type": "BPE", "byte_fallback": true, "end_of_word_suffix": "</w>", "merges": [],
      "vocab": {"<0xC3>": 0, "<0xA9>": 1, "<0x3C>": 2, "<0x2F>": 3, "<0x77>": 4, "<0x3E>": 5}})";
  const std::string text = "\u00E9";
  const auto tokens = parse_tokenizer_json("t.json", document("", model))->encode(text);
  REQUIRE(tokens.size() == 6);
  CHECK(tokens[0] == Token{0, 0, 2});
  for (const Token& token : tokens) {
    CHECK(token.begin <= token.end);
    CHECK(token.end <= text.size());
  }
}

TEST_CASE("uncased BERT as it is usual has its own class, which gives what the pipeline gives") {
  const auto bert = [](const std::string& token, const std::string& flag, const std::string& lower) {
    return fmt::format(
        R"({{"version": "1.0", "added_tokens": [{{"id": 2, "content": "{}", "single_word": false, "lstrip": {},
             "rstrip": false, "normalized": false, "special": true}}],
            "normalizer": {{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                            "strip_accents": null, "lowercase": {}}},
            "pre_tokenizer": {{"type": "BertPreTokenizer"}},
            "post_processor": {{"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["[CLS]", 0]}},
            "model": {{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                       "max_input_chars_per_word": 100,
                       "vocab": {{"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "a": 3, "##b": 4, "A": 5}}}}}})",
        token, flag, lower);
  };
  const auto kind = [](const std::string& text) {
    return dynamic_cast<WordPiece*>(parse_tokenizer_json("t.json", text).get()) != nullptr;
  };
  const std::string one = bert("[UNK]", "false", "true");
  std::string all = one;
  const std::size_t begin = one.find('[') + 1, end = one.find("],");
  const std::string token = one.substr(begin, end - begin);
  for (const char* name : {"[CLS]", "[SEP]"}) {
    std::string other = token;
    other.replace(other.find("[UNK]"), 5, name);
    all.insert(begin, other + ", ");
  }
  CHECK(kind(all));
  CHECK_FALSE(kind(one));
  CHECK_FALSE(kind(bert("x", "false", "true")));
  CHECK_FALSE(kind(bert("[UNK]", "true", "true")));
  CHECK_FALSE(kind(bert("[UNK]", "false", "false")));
  CHECK(parse_tokenizer_json("t.json", all)->encode("AB [UNK] \u00E4b") ==
        std::vector<Token>{{3, 0, 1}, {4, 1, 2}, {2, 3, 8}, {3, 9, 11}, {4, 11, 12}});
  CHECK(parse_tokenizer_json("t.json", all)->special_tokens(true) ==
        parse_tokenizer_json("t.json", one)->special_tokens(true));
}

TEST_CASE("a regular expression that goes through a text again and again is given up") {
  const auto tokenizer =
      parse(R"("normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""})");
  try {
    tokenizer->encode(std::string(60, 'a') + '!');
    FAIL("it ends");
  } catch (const Error& error) {
    CHECK(error.status() == Status::limit);
    CHECK(std::string(error.what()).find("the regular expression gives up on a text of 61 bytes: ") !=
          std::string::npos);
  }
}
