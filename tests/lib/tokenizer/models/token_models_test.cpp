#include "tokenizer/models/token_models.h"

#include <doctest/doctest.h>

#include <bit>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/models/decimal.h"

using namespace mha;

namespace {

/// What the official library made of small models; tests/golden/token_models.py says how.
const JsonDocument& golden() {
  static const std::string path = MHA_SOURCE_DIR "/tests/golden/token_models.json";
  static const JsonDocument document(read_file(path, 1 << 20), path);
  return document;
}

std::string shown(const std::vector<ModelPiece>& pieces) {
  std::string text;
  for (const ModelPiece& piece : pieces) text += fmt::format("{}[{},{}) ", piece.id, piece.begin, piece.end);
  return text;
}

std::string tokens(const TokenModel& model, std::string_view word) {
  std::vector<ModelPiece> pieces;
  try {
    model.tokenize(word, pieces);
  } catch (const Error&) {
    return "refused";
  }
  return shown(pieces);
}

std::string expected(JsonValue tokens) {
  if (tokens.is_null()) return "refused";
  std::vector<ModelPiece> pieces;
  tokens.each_item([&](JsonValue item) {
    const auto number = [&](std::size_t i) { return static_cast<std::uint32_t>(*item.items()[i].natural()); };
    pieces.push_back({number(0), number(1), number(2)});
  });
  return shown(pieces);
}

std::string refusal(const std::string& model, Status status = Status::data) {
  try {
    load_token_model(JsonDocument(model, "t.json").root(), "t.json");
  } catch (const Error& error) {
    CHECK(error.status() == status);
    return error.what();
  }
  return "accepted";
}

std::unique_ptr<TokenModel> load(const std::string& model) {
  return load_token_model(JsonDocument(model, "t.json").root(), "t.json");
}

}  // namespace

TEST_CASE("every model gives the ids and spans of the official library, twice") {
  golden().root().find("cases")->each_item([](JsonValue item) {
    const std::string name(*item.find("name")->string());
    CAPTURE(name);
    const auto model = load_token_model(*item.find("model"), name);
    // The second time some words are remembered from the first.
    for (int time = 0; time < 2; ++time) {
      item.find("words")->each_item([&](JsonValue pair) {
        const std::string_view word = *pair.items()[0].string();
        CAPTURE(word);
        CHECK(tokens(*model, word) == expected(pair.items()[1]));
      });
    }
  });
}

TEST_CASE("scores are read as the official library reads them, to the last bit") {
  std::size_t count = 0, changed = 0;
  golden().root().find("numbers")->each_item([&](JsonValue pair) {
    const double nearest = *pair.items()[0].number(), official = *pair.items()[1].number();
    CAPTURE(nearest);
    CHECK(std::bit_cast<std::uint64_t>(serde_number(nearest)) == std::bit_cast<std::uint64_t>(official));
    ++count;
    changed += nearest != official;
  });
  CHECK(count > 400);
  CHECK(changed > 50);
}

TEST_CASE("every model of the catalogue knows its pieces by id and the other way round") {
  const std::string models[] = {
      R"({"type": "BPE", "vocab": {"a": 5, "b": 2, "ab": 0}, "merges": ["a b"]})",
      R"({"type": "WordPiece", "vocab": {"a": 5, "b": 2, "ab": 0}, "unk_token": "a",
          "continuing_subword_prefix": "##", "max_input_chars_per_word": 9})",
      R"({"type": "WordLevel", "vocab": {"a": 5, "b": 2, "ab": 0}, "unk_token": "a"})",
      R"({"type": "Unigram", "vocab": [["ab", 0], ["", 0], ["b", 0], ["x", 0], ["y", 0], ["a", 0]], "unk_id": 0})",
  };
  CHECK(std::size(models) == token_model_kinds().size());
  for (const std::string& text : models) {
    CAPTURE(text);
    const auto model = load(text);
    CHECK(model->size() == 6);
    CHECK(model->find("a") == 5);
    CHECK(model->find("b") == 2);
    CHECK(model->find("ab") == 0);
    CHECK_FALSE(model->find("abc").has_value());
    CHECK(model->piece(5) == "a");
    CHECK(model->piece(0) == "ab");
    CHECK(model->piece(1).empty());
  }
}

TEST_CASE("words of a megabyte are read in little time by every model") {
  const std::string models[] = {
      R"({"type": "BPE", "vocab": {"a": 0, "aa": 1, "aaaa": 2}, "merges": ["a a", "aa aa"]})",
      R"({"type": "WordPiece", "vocab": {"a": 0, "aa": 1, "##aa": 3, "##aaaa": 2}, "unk_token": "a",
          "continuing_subword_prefix": "##", "max_input_chars_per_word": 18446744073709551615})",
      R"({"type": "WordLevel", "vocab": {"a": 0, "b": 1, "ab": 2}, "unk_token": "ab"})",
      R"({"type": "Unigram", "vocab": [["x", 0], ["a", -1], ["aaaa", -1]], "unk_id": 0})",
  };
  const std::string word((std::size_t{1} << 20) + 2, 'a');
  for (const std::string& text : models) {
    CAPTURE(text);
    std::vector<ModelPiece> pieces;
    const auto before = std::chrono::steady_clock::now();
    load(text)->tokenize(word, pieces);
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(20));
    CHECK(pieces.back().end == word.size());
    CHECK((pieces.size() == 1 || (pieces.size() > word.size() / 4 && pieces.size() < word.size() / 4 + 5)));
  }
}

TEST_CASE("a model of no known type is refused by name") {
  CHECK(refusal(R"({"type": "BEP"})") ==
        "t.json: model.type 'BEP' is not known (did you mean 'BPE'?); known are BPE, WordPiece, WordLevel, "
        "Unigram");
  CHECK(
      refusal("{}") ==
      "t.json: model has neither a type nor the members of a known one (BPE, WordPiece, WordLevel, Unigram)");
  CHECK(refusal("[]") == "t.json: model is a list, where an object is needed");
  CHECK(refusal(R"({"type": 1})") == "t.json: model.type is 1, where a text is needed");
}

TEST_CASE("what a model lacks or has of another type is named") {
  CHECK(refusal(R"({"type": "BPE", "merges": []})") == "t.json: model.vocab is missing");
  CHECK(refusal(R"({"type": "BPE", "vocab": {}})") == "t.json: model.merges is missing");
  CHECK(refusal(R"({"type": "BPE", "vocab": [], "merges": []})") ==
        "t.json: model.vocab is a list, where an object of pieces and ids is needed");
  CHECK(refusal(R"({"type": "BPE", "vocab": {}, "merges": {}})") ==
        "t.json: model.merges is an object, where a list is needed");
  CHECK(refusal(R"({"type": "BPE", "vocab": {}, "merges": [], "fuse_unk": "yes"})") ==
        "t.json: model.fuse_unk is \"yes\", where true or false is needed");
  CHECK(refusal(R"({"type": "BPE", "vocab": {}, "merges": [], "unk_token": 3})") ==
        "t.json: model.unk_token is 3, where a text is needed");
  CHECK(refusal(R"({"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.1})") ==
        "t.json: model.dropout is 0.1: pieces would be drawn at random; set it to null");
  CHECK(refusal(R"({"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.0, "unk_token": null})") ==
        "accepted");
  CHECK(refusal(R"({"type": "WordLevel", "vocab": {}})") == "t.json: model.unk_token is missing");
  CHECK(refusal(R"({"type": "WordPiece", "vocab": {}, "unk_token": "u", "continuing_subword_prefix": "##",
                    "max_input_chars_per_word": -1})") ==
        "t.json: model.max_input_chars_per_word is -1, where a whole number from 0 is needed");
  CHECK(refusal(R"({"type": "Unigram", "vocab": {}})") ==
        "t.json: model.vocab is an object, where a list of pieces and scores is needed");
}

TEST_CASE("an id that is no whole number or beyond the limit is refused") {
  const auto with_id = [](const std::string& id, Status status = Status::data) {
    return refusal(R"({"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "b": )" + id + "}}", status);
  };
  CHECK(with_id("-1") == "t.json: model.vocab: the id of 'b' is -1; ids are whole numbers from 0");
  CHECK(with_id("1.0") == "t.json: model.vocab: the id of 'b' is 1.0; ids are whole numbers from 0");
  CHECK(with_id("\"1\"") == "t.json: model.vocab: the id of 'b' is \"1\"; ids are whole numbers from 0");
  CHECK(with_id("null") == "t.json: model.vocab: the id of 'b' is null; ids are whole numbers from 0");
  CHECK(with_id("2147483648", Status::limit) ==
        "t.json: model.vocab: the id of 'b' is 2147483648; the largest that is read is 2097151");
  CHECK(with_id("18446744073709551615", Status::limit).find("largest") != std::string::npos);
  CHECK(with_id("2097151") == "accepted");
}

TEST_CASE("a merge that is none or names what is not in the vocabulary is refused with its number") {
  const auto with_merges = [](const std::string& merges) {
    return refusal(R"({"type": "BPE", "continuing_subword_prefix": "##", "vocab": {"a": 0, "##b": 1, "b": 2},
                       "merges": )" +
                   merges + "}");
  };
  CHECK(with_merges(R"(["a b"])") ==
        "t.json: model.merges: merge 1 ('a b'): 'b' is shorter than the prefix '##' of such pieces");
  CHECK(with_merges(R"([["a", "##b"]])") ==
        "t.json: model.merges: merge 1 ('a ##b'): 'ab' is not in the vocabulary");
  CHECK(with_merges(R"([["c", "b"]])") ==
        "t.json: model.merges: merge 1 ('c b'): 'c' is not in the vocabulary");
  CHECK(with_merges(R"([["a", "c"]])") ==
        "t.json: model.merges: merge 1 ('a c'): 'c' is not in the vocabulary");
  for (const char* merge : {"ab", "a b c", "", "a  b"}) {
    CHECK(with_merges(fmt::format("[\"{}\"]", merge)) ==
          fmt::format(
              "t.json: model.merges: merge 1 is \"{}\"; a merge is two pieces with one space between them",
              merge));
  }
  CHECK(with_merges(R"([["a"]])").find("merge 1 is a list; a merge is") != std::string::npos);
  CHECK(with_merges(R"([["a", 1]])").find("merge 1 is a list; a merge is") != std::string::npos);
  CHECK(with_merges("[17]").find("merge 1 is 17; a merge is") != std::string::npos);
  CHECK(with_merges(R"(["#version: 0.2", ["a", "b"]])").find("merge 2 is a list; a merge is") !=
        std::string::npos);
}

TEST_CASE("a flaw in a list of scores is named with its item") {
  const auto with_item = [](const std::string& item, Status status = Status::data) {
    return refusal(R"({"type": "Unigram", "unk_id": 0, "vocab": [["u", 0.0], )" + item + "]}", status);
  };
  for (const char* item : {R"(["a"])", R"(["a", "b"])", R"([1, 2.0])", R"(["a", 1.0, 2])", "[]"}) {
    CHECK(with_item(item) == "t.json: model.vocab: item 1 is a list; an item is [\"piece\", score]");
  }
  CHECK(with_item("3") == "t.json: model.vocab: item 1 is 3; an item is [\"piece\", score]");
  CHECK(with_item("[\"" + std::string(4097, 'x') + "\", 1]", Status::limit) ==
        "t.json: model.vocab: a piece has 4097 bytes ('xxxxxxxxxxxxxxxx...'); the most is 4096");
  CHECK(with_item(R"(["a", 1e999])").find("not JSON") != std::string::npos);
  CHECK(refusal(R"({"type": "Unigram", "unk_id": 1, "vocab": [["a", 1]]})") ==
        "t.json: model.unk_id is 1, but model.vocab has 1 pieces");
  CHECK(refusal(R"({"type": "Unigram", "unk_id": 0, "vocab": []})") ==
        "t.json: model.unk_id is 0, but model.vocab has 0 pieces");
  CHECK(refusal(R"({"type": "Unigram", "unk_id": -1, "vocab": [["a", 1]]})") ==
        "t.json: model.unk_id is -1, where a whole number from 0 is needed");
}

TEST_CASE("a vocabulary of too many pieces is over the limit") {
  std::string many = R"({"type": "Unigram", "vocab": [)";
  for (int i = 0; i <= 1 << 21; ++i) many += "[\"\",0],";
  many.back() = ']';
  CHECK(refusal(many + "}", Status::limit) ==
        "t.json: model.vocab has 2097153 pieces; a vocabulary holds at most 2097152");
}

TEST_CASE("a word without a piece for what is unknown is refused when it comes, and named") {
  const auto message = [](const std::string& model, std::string_view word) -> std::string {
    std::vector<ModelPiece> pieces;
    try {
      load(model)->tokenize(word, pieces);
    } catch (const Error& error) {
      CHECK(error.status() == Status::data);
      return error.what();
    }
    return "accepted";
  };
  const std::string unknown =
      "t.json: 'x' is not in the vocabulary, nor is the piece for what is unknown, 'u'";
  CHECK(message(R"({"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "u"})", "x") == unknown);
  CHECK(message(R"({"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "u"})", "ax") == unknown);
  CHECK(message(R"({"type": "Unigram", "vocab": [["a", 0]]})", "ax") ==
        "t.json: 'x' has a character that is no piece, and model.unk_id names no piece for it");
  CHECK(message(R"({"type": "Unigram", "vocab": []})", "x").find("names no piece") != std::string::npos);
}
