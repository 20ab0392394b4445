#include "tokenizer/sentencepiece/model_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <tuple>
#include <vector>

#include "base/base64.h"
#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/sentencepiece/charsmap_check.h"
#include "tokenizer/sentencepiece/wire.h"

namespace mha {
namespace {

// Field numbers and types of pieces of sentencepiece_model.proto.
constexpr std::uint32_t model_pieces = 1, model_trainer = 2, model_normalizer = 3, model_denormalizer = 5;
constexpr std::uint32_t piece_text = 1, piece_score = 2, piece_type = 3;
constexpr std::uint32_t trainer_model_type = 3, normalizer_charsmap = 2;
constexpr std::uint64_t type_normal = 1, type_unknown = 2, type_user_defined = 4, type_unused = 5,
                        type_last = 6;

/// User-defined symbols that may be prefixes of each other; kResultSize in PrefixMatcher of sentencepiece.
constexpr std::size_t max_nested_symbols = 64;

/// Whether the first line is like "IQ== 0": a piece in base64, and its rank.
bool is_tiktoken(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t space = line.find(' ');
  if (space == line.npos || space == 0 || !decode_base64(line.substr(0, space))) return false;
  const std::string_view rank = line.substr(space + 1);
  return !rank.empty() && std::all_of(rank.begin(), rank.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Piece {
  std::string_view text;
  float score = 0;
  std::uint64_t type = 1;
};

class Check {
 public:
  Check(const std::string& path, std::string_view bytes) : path_(path), bytes_(bytes) {}

  void run() {
    check_kind();
    wire::Reader reader(bytes_);
    while (const auto field = reader.next()) take(*field);
    if (reader.broken()) reject("it is cut short or damaged after piece {}", pieces_.size());
    if (pieces_.empty()) reject("it has no pieces");
    if (!unknown_) reject("it has no piece of the type UNKNOWN");
    check_duplicates();
    check_nested_symbols();
  }

 private:
  template <class... Args>
  [[noreturn]] void reject(fmt::format_string<Args...> reason, Args&&... args) const {
    fail(Status::data, "{}: not a usable sentencepiece model: {}; get or export the file again", path_,
         fmt::format(reason, std::forward<Args>(args)...));
  }

  template <class... Args>
  [[noreturn]] void reject_piece(fmt::format_string<Args...> reason, Args&&... args) const {
    reject("piece {} {}", pieces_.size(), fmt::format(reason, std::forward<Args>(args)...));
  }

  void check_kind() const {
    if (bytes_.empty()) reject("the file is empty");
    if (bytes_.size() > max_vocabulary_bytes) {
      fail(Status::limit, "{}: {} bytes; a model has at most {}", path_, bytes_.size(), max_vocabulary_bytes);
    }
    if (bytes_.starts_with("version https://git-lfs")) reject("it is a Git LFS pointer, run git lfs pull");
    const std::string_view start =
        bytes_.substr(0, bytes_.size() < 4096 ? bytes_.size() : bytes_.rfind('\n', 4096));
    const bool text = start.size() > 1 && !utf8::find_invalid(start) &&
                      std::none_of(start.begin(), start.end(), [](char c) {
                        return c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t';
                      });
    if (text && is_tiktoken(start)) {
      fail(Status::data, "{}: this is a list of tiktoken's pieces, which is not read; {}", path_,
           "save the tokenizer with a recent version of Transformers, which writes a tokenizer.json");
    }
    if (text) reject("it looks like text, perhaps a vocab.txt, which goes by that name");
  }

  void take(const wire::Field& field) {
    if (field.number < model_pieces || field.number > model_denormalizer) return;
    if (field.type != wire::Type::bytes) reject("field {} is not a message", field.number);
    if (field.number == model_pieces) take_piece(field.bytes);
    if (field.number == model_trainer) check_trainer(field.bytes);
    if (field.number == model_normalizer || field.number == model_denormalizer) check_normalizer(field.bytes);
  }

  void take_piece(std::string_view message) {
    if (pieces_.size() == max_vocabulary_pieces) {
      fail(Status::limit, "{}: more than {} pieces, the most that a vocabulary holds", path_,
           max_vocabulary_pieces);
    }
    const Piece piece = parse_piece(message);
    check_piece(piece);
    pieces_.push_back(piece);
  }

  /// Of a field that stands twice the last counts, as in the library.
  Piece parse_piece(std::string_view message) const {
    Piece piece;
    wire::Reader reader(message);
    while (const auto field = reader.next()) {
      if (field->number < piece_text || field->number > piece_type) continue;
      const wire::Type wanted[] = {wire::Type::bytes, wire::Type::fixed32, wire::Type::varint};
      if (field->type != wanted[field->number - 1])
        reject_piece("has a field {} of the wrong kind", field->number);
      if (field->number == piece_text) piece.text = field->bytes;
      if (field->number == piece_score)
        piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
      if (field->number == piece_type) check_type(piece.type = field->value);
    }
    if (reader.broken()) reject_piece("is damaged");
    return piece;
  }

  void check_type(std::uint64_t type) const {
    if (type < 1 || type > type_last) reject_piece("has the type {}, not 1 to {}", type, type_last);
  }

  void check_piece(const Piece& piece) {
    if (piece.text.empty()) reject_piece("is empty");
    if (piece.text.size() > max_piece_bytes) {
      fail(Status::limit, "{}: piece {} has {} bytes; a piece has at most {}", path_, pieces_.size(),
           piece.text.size(), max_piece_bytes);
    }
    if (piece.text.find('\0') != std::string_view::npos) reject_piece("holds a NUL byte");
    if (utf8::find_invalid(piece.text)) reject_piece("is not UTF-8");
    if (!std::isfinite(piece.score)) reject_piece("has the score {}", piece.score);
    if (piece.type != type_unknown) return;
    if (unknown_) reject_piece("is of the type UNKNOWN, as piece {} is already", *unknown_);
    unknown_ = pieces_.size();
  }

  void check_trainer(std::string_view message) const {
    wire::Reader reader(message);
    while (const auto field = reader.next()) {
      const bool known = field->type == wire::Type::varint && field->value >= 1 && field->value <= 4;
      if (field->number == trainer_model_type && !known) reject("its model type {} is unknown", field->value);
    }
    if (reader.broken()) reject("its record of the training is damaged");
  }

  void check_normalizer(std::string_view message) const {
    wire::Reader reader(message);
    while (const auto field = reader.next()) {
      if (field->number != normalizer_charsmap || (field->type == wire::Type::bytes && field->bytes.empty()))
        continue;
      if (field->type != wire::Type::bytes) reject("its table of normalisation is of the wrong kind");
      if (const auto flaw = charsmap_flaw(field->bytes))
        reject("its table of normalisation is damaged: {}", *flaw);
    }
    if (reader.broken()) reject("its record of the normalisation is damaged");
  }

  /// The library keeps ordinary pieces and those with a part to play apart; within each, a text stands once.
  void check_duplicates() const {
    const auto key = [&](std::uint32_t i) {
      const std::uint64_t type = pieces_[i].type;
      return std::tuple(type == type_normal || type == type_user_defined || type == type_unused,
                        pieces_[i].text);
    };
    std::vector<std::uint32_t> order(pieces_.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (key(order[i - 1]) == key(order[i])) reject("piece {} repeats piece {}", order[i], order[i - 1]);
    }
  }

  void check_nested_symbols() const {
    std::vector<std::string_view> symbols;
    for (const Piece& piece : pieces_) {
      if (piece.type == type_user_defined) symbols.push_back(piece.text);
    }
    std::sort(symbols.begin(), symbols.end());
    std::vector<std::string_view> nested;
    for (std::string_view symbol : symbols) {
      while (!nested.empty() && !symbol.starts_with(nested.back())) nested.pop_back();
      nested.push_back(symbol);
      if (nested.size() > max_nested_symbols) {
        reject("more than {} user-defined symbols begin with each other", max_nested_symbols);
      }
    }
  }

  const std::string& path_;
  std::string_view bytes_;
  std::vector<Piece> pieces_;
  std::optional<std::size_t> unknown_;
};

}  // namespace

void check_model(const std::string& path, std::string_view bytes) { Check(path, bytes).run(); }

}  // namespace mha
