#include "tokenizer/kinds.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "base/error.h"
#include "tokenizer/embedded.h"

using namespace mha;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("mha_kinds_test_" + std::to_string(::getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(path / name, std::ios::binary) << content;
    return path / name;
  }
};

std::string refusal(const std::string& name, Status status) {
  try {
    load_tokenizer(name);
  } catch (const Error& error) {
    CHECK(error.status() == status);
    return error.what();
  }
  return "loaded";
}

}  // namespace

TEST_CASE("every built-in vocabulary loads, and its ids and spans are within bounds") {
  const std::string text = "Time flies, na\u00efve \u4f60\u597d \U0001f600\t[MASK]!";
  std::set<std::string_view> names;
  for (const BuiltinTokenizer& builtin : builtin_tokenizers()) {
    CAPTURE(builtin.name);
    CHECK(names.insert(builtin.name).second);
    CHECK_FALSE(builtin.description.empty());
    const auto tokenizer = load_tokenizer(std::string(builtin.name));
    CHECK(tokenizer->encode("").empty());
    CHECK(tokenizer->special_tokens(false).size() == 3);
    CHECK(tokenizer->special_tokens(true).size() == 5);
    for (const Token& token : tokenizer->encode(text)) {
      CHECK(token.id < tokenizer->size());
      CHECK(token.begin <= token.end);
      CHECK(token.end <= text.size());
      CHECK_FALSE(tokenizer->piece(token.id).empty());
    }
  }
  CHECK(names.contains(default_tokenizer));
}

TEST_CASE("every kind of file has a name, a form and a description, and knows its own form") {
  for (const TokenizerKind& kind : tokenizer_kinds()) {
    CHECK_FALSE(kind.name.empty());
    CHECK_FALSE(kind.description.empty());
    CHECK(kind.matches(kind.form));
  }
}

TEST_CASE("a vocabulary is read from a file or from the folder that holds it") {
  const Folder folder;
  const std::string txt = folder.write("some.txt", "[UNK]\na\n");
  CHECK(load_tokenizer(txt)->size() == 2);
  CHECK(load_tokenizer(folder.write("some.model", english_model()))->size() == 8000);
  CHECK(refusal(folder.path, Status::io)
            .find("the folder holds no vocabulary; looked for tokenizer.json, vocab.txt, ") !=
        std::string::npos);
  folder.write("tokenizer.model", english_model());
  CHECK(load_tokenizer(folder.path)->size() == 8000);
  folder.write("vocab.txt", "[UNK]\na\nb\n");
  CHECK(load_tokenizer(folder.path)->size() == 3);
  CHECK(load_tokenizer(folder.path.string() + "/")->size() == 3);
}

TEST_CASE("a name that is no vocabulary gets the nearest one and the forms") {
  CHECK(refusal("bert-base-uncase", Status::usage) ==
        "tokenizer 'bert-base-uncase' is not known (did you mean 'bert-base-uncased'?); give "
        "bert-base-uncased, "
        "english, tokenizer.json, FILE.model, vocab.txt or a folder with one of these");
  const Folder folder;
  CHECK(refusal(folder.write("a.bin", "?"), Status::usage)
            .ends_with("a.bin: the name does not tell the kind of vocabulary; give tokenizer.json, "
                       "FILE.model, vocab.txt or a folder "
                       "with one of these"));
  CHECK(refusal("", Status::usage).starts_with("tokenizer '' is not known; give"));
}

TEST_CASE("a file that is missing is an input error with the system's reason") {
  CHECK(refusal("missing.model", Status::io) == "missing.model: cannot be read: No such file or directory");
  CHECK(refusal("missing.txt", Status::io) == "missing.txt: cannot be read: No such file or directory");
  CHECK(refusal("./missing", Status::io) == "./missing: cannot be read: No such file or directory");
}

TEST_CASE("a file of the other kind is told for what it looks like") {
  const Folder folder;
  CHECK(refusal(folder.write("a.txt", english_model()), Status::data)
            .ends_with("a.txt: this looks like a sentencepiece model, not text; name it FILE.model"));
  CHECK(refusal(folder.write("a.model", "[PAD]\n[UNK]\na\nb\n"), Status::data).find("looks like text") !=
        std::string::npos);
}
