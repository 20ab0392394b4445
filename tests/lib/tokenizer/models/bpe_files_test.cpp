#include "tokenizer/models/bpe_files.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "support/command.h"

using namespace mha;

namespace {

const std::string letters = R"({"a": 0, "b": 1, "ab": 2, "aba": 3})";

std::unique_ptr<TokenModel> load(const test::Shell& shell, const std::string& merges,
                                 const std::string& vocabulary = letters) {
  return load_bpe_files(shell.write("vocab.json", vocabulary), shell.write("merges.txt", merges));
}

std::string ids(const TokenModel& model, std::string_view word) {
  std::vector<ModelPiece> pieces;
  model.tokenize(word, pieces);
  std::string text;
  for (const ModelPiece& piece : pieces) text += std::to_string(piece.id) + " ";
  return text;
}

std::string refusal(const std::string& merges, const std::string& vocabulary = letters) {
  const test::Shell shell;
  try {
    load(shell, merges, vocabulary);
  } catch (const Error& error) {
    CHECK(error.status() == Status::data);
    const std::string message = error.what();
    return message.substr(message.rfind('/') + 1);
  }
  return "accepted";
}

}  // namespace

TEST_CASE("vocab.json and merges.txt are read, with and without a version, with any line ends") {
  const test::Shell shell;
  for (const char* merges : {"#version: 0.2\na b\nab a\n", "a b\nab a", "a b\r\nab a\r\n"}) {
    const auto model = load(shell, merges);
    CHECK(ids(*model, "aba") == "3 ");
    CHECK(ids(*model, "abab") == "2 2 ");
    CHECK(model->size() == 4);
    CHECK(model->find("ab") == 2);
  }
  CHECK(ids(*load(shell, ""), "ab") == "0 1 ");
}

TEST_CASE("a flaw in merges.txt is named with its line") {
  CHECK(refusal("#version: 0.2\na b\nab\n") ==
        "merges.txt: line 3 is \"ab\"; a merge is two pieces with one space between them");
  CHECK(refusal("a b\n\nab a\n") ==
        "merges.txt: line 2 is \"\"; a merge is two pieces with one space between them");
  CHECK(refusal("a b\nab \xff\n") == "merges.txt: line 2 is not UTF-8; a list of merges is UTF-8 text");
  CHECK(refusal("#version: 0.2\na b\nb a\n") == "merges.txt: line 3 ('b a'): 'ba' is not in the vocabulary");
}

TEST_CASE("a vocab.json that is none is refused") {
  CHECK(refusal("", "[]") ==
        "vocab.json: the vocabulary is a list, where an object of pieces and ids is needed");
  CHECK(refusal("", R"({"a": 1.5})") ==
        "vocab.json: the vocabulary: the id of 'a' is 1.5; ids are whole numbers from 0");
  CHECK(refusal("", "{").find("not JSON") != std::string::npos);
}

TEST_CASE("a file that is not there is an error of input") {
  const test::Shell shell;
  const std::string vocab = shell.write("vocab.json", letters);
  try {
    load_bpe_files(vocab, shell.path("none"));
    CHECK(false);
  } catch (const Error& error) {
    CHECK(error.status() == Status::io);
  }
}
