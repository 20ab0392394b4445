#include "tokenizer/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/heap.h"
#include "base/nearest.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/bert/wordpiece.h"
#include "tokenizer/embedded.h"
#include "tokenizer/folders/sentencepiece_folder.h"
#include "tokenizer/folders/vocabulary_folder.h"
#include "tokenizer/sentencepiece/sentencepiece.h"
#include "tokenizer/tokenizer_json.h"

namespace mha {
namespace {

std::unique_ptr<Tokenizer> load_model(const std::string& path) {
  return std::make_unique<SentencePiece>(path, read_file(path, max_vocabulary_bytes));
}

std::unique_ptr<Tokenizer> load_vocab_txt(const std::string& path) {
  return std::make_unique<WordPiece>(parse_vocab_txt(path, read_file(path, max_vocabulary_bytes)), path);
}

/// simdjson reserves up to 14 bytes for a byte of a document; the tables take what it leaves.
constexpr std::size_t room_a_byte = 16;

/// 0 for what states no size.
std::size_t size_of(const std::string& path) {
  struct stat info {};
  const bool stated = ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  return stated ? std::min(static_cast<std::size_t>(info.st_size), max_tokenizer_json_bytes) : 0;
}

std::unique_ptr<Tokenizer> load_tokenizer_json(const std::string& path) {
  make_room(room_a_byte * size_of(path));
  return parse_tokenizer_json(path, read_file(path, max_tokenizer_json_bytes));
}

constexpr TokenizerKind kinds[] = {
    {"tokenizer.json", "tokenizer.json", "any pipeline of Hugging Face's tokenizers",
     [](std::string_view path) { return path.ends_with(".json"); }, load_tokenizer_json},
    {"sentencepiece", "FILE.model", "unigram or BPE pieces, as spm_train writes them",
     [](std::string_view path) { return path.ends_with(".model"); }, load_model},
    {"wordpiece", "vocab.txt", "word pieces of an uncased BERT, one a line",
     [](std::string_view path) { return path.ends_with(".txt"); }, load_vocab_txt},
};

constexpr BuiltinTokenizer builtins[] = {
    {default_tokenizer, "30,522 word pieces of BERT, uncased",
     []() -> std::unique_ptr<Tokenizer> {
       return std::make_unique<WordPiece>(PieceTable::over(bert_base_uncased_image()),
                                          std::string(default_tokenizer));
     }},
    {"english", "8,000 sentencepiece pieces, uncased, any character by its bytes",
     []() -> std::unique_ptr<Tokenizer> {
       return std::make_unique<SentencePiece>("english", english_model(), Origin::builtin);
     }},
};

std::string join(const std::string& folder, std::string_view name) {
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

/// What a folder may hold, as Hugging Face names the files. The first that is there counts.
struct FolderKind {
  const char* name;
  std::unique_ptr<Tokenizer> (*load)(const std::string& folder);
};
constexpr FolderKind folder_kinds[] = {
    {"tokenizer.json",
     [](const std::string& folder) { return load_tokenizer_json(join(folder, "tokenizer.json")); }},
    {"vocab.txt", load_word_piece_folder},
    {"vocab.json", load_byte_bpe_folder},
    {"spiece.model",
     [](const std::string& folder) { return load_sentencepiece_folder(folder, "spiece.model"); }},
    {"spm.model", [](const std::string& folder) { return load_sentencepiece_folder(folder, "spm.model"); }},
    {"sentencepiece.bpe.model",
     [](const std::string& folder) { return load_sentencepiece_folder(folder, "sentencepiece.bpe.model"); }},
    {"tokenizer.model",
     [](const std::string& folder) { return load_sentencepiece_folder(folder, "tokenizer.model"); }},
    {"tekken.json",
     [](const std::string& folder) -> std::unique_ptr<Tokenizer> {
       fail(Status::data, "{}: vocabularies of this kind are not read; {}", join(folder, "tekken.json"),
            "save the tokenizer with a recent version of Transformers, which writes a tokenizer.json");
     }},
};

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

const TokenizerKind* kind_of(std::string_view path) {
  for (const TokenizerKind& kind : kinds) {
    if (kind.matches(path)) return &kind;
  }
  return nullptr;
}

std::unique_ptr<Tokenizer> load_folder(const std::string& folder) {
  std::vector<std::string_view> names;
  for (const FolderKind& kind : folder_kinds) {
    if (exists(join(folder, kind.name))) return kind.load(folder);
    names.push_back(kind.name);
  }
  fail(Status::io, "{}: the folder holds no vocabulary; looked for {}", folder, fmt::join(names, ", "));
}

[[noreturn]] void fail_unknown(const std::string& name) {
  std::vector<std::string_view> names, forms;
  for (const BuiltinTokenizer& builtin : builtins) names.push_back(builtin.name);
  for (const TokenizerKind& kind : kinds) forms.push_back(kind.form);
  const std::string accepted = fmt::format("{} or a folder with one of these", fmt::join(forms, ", "));
  if (exists(name))
    fail(Status::usage, "{}: the name does not tell the kind of vocabulary; give {}", name, accepted);
  fail(Status::usage, "tokenizer '{}' is not known{}; give {}, {}", name, did_you_mean(name, names),
       fmt::join(names, ", "), accepted);
}

}  // namespace

std::span<const TokenizerKind> tokenizer_kinds() { return kinds; }
std::span<const BuiltinTokenizer> builtin_tokenizers() { return builtins; }

bool is_tokenizer_name(const std::string& name_or_path) {
  const auto is_same = [&](const BuiltinTokenizer& builtin) { return builtin.name == name_or_path; };
  return std::any_of(std::begin(builtins), std::end(builtins), is_same) || exists(name_or_path) ||
         kind_of(name_or_path) != nullptr;
}

std::unique_ptr<Tokenizer> load_tokenizer(const std::string& name_or_path) {
  for (const BuiltinTokenizer& builtin : builtins) {
    if (builtin.name == name_or_path) return builtin.load();
  }
  if (is_folder(name_or_path)) return load_folder(name_or_path);
  if (const TokenizerKind* kind = kind_of(name_or_path)) return kind->load(name_or_path);
  // What is written like a path, but is not there, is a file that is missing rather than a name.
  if (!exists(name_or_path) && name_or_path.find('/') != std::string::npos) {
    fail(Status::io, "{}: cannot be read: {}", name_or_path, system_text(errno));
  }
  fail_unknown(name_or_path);
}

}  // namespace mha
