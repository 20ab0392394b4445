// Folders without a tokenizer.json against Transformers, see tests/golden/tokenizer_folders.py.
#include "tokenizer/folders/vocabulary_folder.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "tokenizer/embedded.h"
#include "tokenizer/kinds.h"

using namespace mha;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("mha_folder_test_" + std::to_string(::getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  void write(std::string_view name, std::string_view content) const {
    std::ofstream(path / name, std::ios::binary) << content;
  }
};

std::string golden_path(const std::string& name) { return MHA_SOURCE_DIR "/tests/golden/" + name; }

std::string golden_model(std::string_view name) {
  return read_file(golden_path("tokenizer_" + std::string(name) + ".model"), std::size_t{1} << 20);
}

/// What "@english" and the like stand for.
std::string content_of(std::string_view content, JsonValue contents) {
  if (!content.starts_with('@')) return std::string(content);
  if (content == "@english") return std::string(english_model());
  if (const auto shared = contents.find(content)) return std::string(*shared->string());
  return golden_model(content.substr(1));
}

/// Code points before byte `offset`.
std::size_t code_points(std::string_view text, std::size_t offset) {
  return static_cast<std::size_t>(std::count_if(text.begin(),
                                                text.begin() + static_cast<std::ptrdiff_t>(offset),
                                                [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Ids, then places, as JSON writes them.
std::string answer(const Tokenizer& tokenizer, std::string_view text) {
  std::ostringstream ids, places;
  const auto put = [&](std::uint32_t id, std::size_t begin, std::size_t end) {
    ids << ' ' << id;
    places << ' ' << begin << ' ' << end;
  };
  for (const TemplateItem& item : tokenizer.special_tokens(false)) {
    if (item.kind == TemplateItem::Kind::special) {
      put(item.id, 0, 0);
      continue;
    }
    for (const Token& token : tokenizer.encode(text)) {
      put(token.id, code_points(text, token.begin), code_points(text, token.end));
    }
  }
  return ids.str() + " |" + places.str();
}

std::string wanted(JsonValue tokens) {
  std::ostringstream all;
  const std::vector<JsonValue> lists = tokens.items();
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (i > 0) all << " |";
    lists[i].each_item([&](JsonValue number) { all << ' ' << *number.natural(); });
  }
  return all.str();
}

std::string refusal(const Folder& folder) {
  try {
    load_tokenizer(folder.path);
  } catch (const Error& error) {
    CHECK(error.status() == Status::data);
    return std::string(error.what()).substr(folder.path.string().size());
  }
  return "loaded";
}

}  // namespace

TEST_CASE("a folder without a tokenizer.json gives the ids and places that Transformers gives") {
  const std::string path = golden_path("tokenizer_folders.json");
  const JsonDocument golden(read_file(path, std::size_t{1} << 20), path);
  const JsonValue contents = *golden.root().find("contents");
  const std::vector<JsonValue> texts = golden.root().find("texts")->items();
  std::size_t count = 0;
  golden.root().find("folders")->each_item([&](JsonValue item) {
    const Folder folder;
    item.find("files")->each_member([&](std::string_view name, JsonValue content) {
      folder.write(name, content_of(*content.string(), contents));
    });
    CAPTURE(count);
    const auto tokenizer = load_tokenizer(folder.path);
    const std::vector<JsonValue> tokens = item.find("tokens")->items();
    REQUIRE(texts.size() == tokens.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(*texts[i].string());
      CHECK(answer(*tokenizer, *texts[i].string()) == wanted(tokens[i]));
    }
    ++count;
  });
  CHECK(count > 35);
}

TEST_CASE("a family that reads such files otherwise is refused, with those that are read") {
  const Folder folder;
  folder.write("vocab.txt", "[UNK]\na\n");
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "EsmTokenizer"})");
  CHECK(refusal(folder) ==
        ": without a tokenizer.json the vocabulary of 'esm' is not read (only that of bert, distilbert, "
        "electra, mpnet); save the tokenizer with a recent version of Transformers, which writes one");
}

TEST_CASE("a type of model whose words only a tokenizer.json can cut is refused, whatever class is named") {
  const Folder folder;
  folder.write("vocab.json", R"({"a": 0, "b": 1})");
  folder.write("merges.txt", "");
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer"})");
  CHECK(refusal(folder) == "loaded");
  for (const std::string type : {"olmo2", "modernbert", "bloom"}) {
    folder.write("config.json", R"({"model_type": ")" + type + R"("})");
    CHECK(refusal(folder) ==
          ": without a tokenizer.json the vocabulary of '" + type +
              "' is not read (only that of roberta, gpt2, gptneox, qwen2); save the tokenizer with a recent "
              "version of Transformers, which writes one");
  }
}

TEST_CASE("vocabularies of tiktoken and Tekken are refused by their names, with what to do") {
  const std::pair<std::pair<const char*, const char*>, const char*> faults[] = {
      {{"tekken.json", "{}"},
       "/tekken.json: vocabularies of this kind are not read; save the tokenizer with a recent version of "
       "Transformers, which writes a tokenizer.json"},
      {{"tokenizer.model", "IQ== 0\nIg== 1\n"},
       "/tokenizer.model: this is a list of tiktoken's pieces, which is not read; save the tokenizer with a "
       "recent version of Transformers, which writes a tokenizer.json"},
      {{"tokenizer.model", "a 0\nb 1\n"},
       "/tokenizer.model: not a usable sentencepiece model: it looks like text, perhaps a vocab.txt, which "
       "goes "
       "by that name; get or export the file again"}};
  for (const auto& [file, message] : faults) {
    const Folder folder;
    folder.write(file.first, file.second);
    CHECK(refusal(folder) == message);
  }
}

TEST_CASE("a model of sentencepiece of another kind than the family's is refused") {
  const Folder folder;
  const std::pair<const char*, const char*> faults[] = {
      {"LlamaTokenizer",
       "/tokenizer.model: this is no BPE model, which the configuration beside it asks for; save the "
       "tokenizer "
       "with a recent version of Transformers, which writes a tokenizer.json"},
      {"T5Tokenizer",
       "/tokenizer.model: this is no unigram model of t5, which the configuration beside it names"}};
  for (const auto& [name, message] : faults) {
    const bool unigram = name == std::string("LlamaTokenizer");
    folder.write("tokenizer.model", unigram ? english_model() : golden_model("llama"));
    folder.write("tokenizer_config.json", R"({"tokenizer_class": ")" + std::string(name) + R"("})");
    CHECK(refusal(folder) == message);
  }
}

TEST_CASE("a configuration of the wrong form is refused with its file") {
  const Folder folder;
  folder.write("vocab.txt", "[UNK]\na\n");
  const std::pair<const char*, const char*> faults[] = {
      {"[]", "/tokenizer_config.json is a list, where an object is wanted"},
      {R"({"do_lower_case": 1})",
       "/tokenizer_config.json: 'do_lower_case' is 1, where true or false is wanted"},
      {R"({"cls_token": 3})", "/tokenizer_config.json: cls_token is 3, where an object is wanted"},
      {R"({"cls_token": {}})", "/tokenizer_config.json: cls_token: 'content' is missing"},
      {R"({"additional_special_tokens": "a"})",
       "/tokenizer_config.json: 'additional_special_tokens' is \"a\", where a list of tokens is wanted"},
      {R"({"added_tokens_decoder": {"x": "a"}})",
       "/tokenizer_config.json: added_tokens_decoder: 'x' is no id"},
  };
  for (const auto& [config, message] : faults) {
    folder.write("tokenizer_config.json", config);
    CHECK(refusal(folder) == message);
  }
}

TEST_CASE("the family named beside a .model decides whether pieces of its own are added") {
  const Folder folder;
  folder.write("spiece.model", english_model());
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "PegasusTokenizer"})");
  CHECK(load_tokenizer(folder.path)->size() == 8000);
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer"})");
  // 100 sentinels, and the three special tokens of T5 that the model has no pieces for.
  CHECK(load_tokenizer(folder.path)->size() == 8103);
}
