#include "tokenizer/sentencepiece/sentencepiece.h"

#include <sentencepiece_processor.h>

#include <new>
#include <optional>

#include "base/error.h"
#include "tokenizer/sentencepiece/model_check.h"

// The library exports this, but no header of it says so. Without it models can have lines of theirs logged to
// stderr.
namespace sentencepiece::logging {
void SetMinLogLevel(int level);
}

namespace mha {
namespace {

using sentencepiece::SentencePieceProcessor;

/// The library counts in int; normalisation makes a text longer.
constexpr std::size_t max_text_bytes = std::size_t{256} << 20;

constexpr int log_only_fatal = 3;

/// Without the place in the library's sources that its messages begin with ("src/model.cc(12) [condition]
/// reason"), and without the pointer to a log that some end in.
std::string reason(const sentencepiece::util::Status& status) {
  std::string text = status.message();
  if (const std::size_t end = text.rfind("] "); end != std::string::npos) text.erase(0, end + 2);
  if (const std::size_t log = text.find(". See LOG"); log != std::string::npos) text.erase(log);
  return text.empty() || text.find(".cc(") != std::string::npos ? "no reason given" : text;
}

void load(SentencePieceProcessor& processor, const std::string& path, std::string_view model) {
  sentencepiece::logging::SetMinLogLevel(log_only_fatal);
  std::string refusal;
  try {
    const auto status = processor.LoadFromSerializedProto(model);
    if (status.ok()) return;
    refusal = reason(status);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    refusal = "its pieces cannot be arranged";
  }
  fail(Status::data, "{}: sentencepiece refuses the model: {}; get or export the file again", path, refusal);
}

std::optional<std::uint32_t> control_piece(const SentencePieceProcessor& processor, const char* piece) {
  const int id = processor.PieceToId(piece);
  if (!processor.IsControl(id) || processor.IdToPiece(id) != piece) return std::nullopt;
  return static_cast<std::uint32_t>(id);
}

}  // namespace

struct SentencePiece::Library {
  SentencePieceProcessor processor;
};

SentencePiece::SentencePiece(const std::string& path, std::string_view model, Origin origin)
    : library_(std::make_unique<Library>()) {
  if (origin == Origin::foreign) check_model(path, model);
  load(library_->processor, path, model);
}

SentencePiece::~SentencePiece() = default;

std::vector<Token> SentencePiece::encode(std::string_view text) const {
  if (text.size() > max_text_bytes) {
    fail(Status::limit, "a text of {} bytes; with a sentencepiece model at most {}, split it", text.size(),
         max_text_bytes);
  }
  sentencepiece::ImmutableSentencePieceText result;
  const auto status = library_->processor.Encode(text, result.mutable_proto());
  if (!status.ok()) fail(Status::data, "sentencepiece cannot split a text: {}", reason(status));
  std::vector<Token> tokens;
  tokens.reserve(result.pieces_size());
  for (std::size_t i = 0; i < result.pieces_size(); ++i) {
    const auto piece = result.pieces(static_cast<int>(i));
    tokens.push_back({piece.id(), piece.begin(), piece.end()});
  }
  return tokens;
}

std::size_t SentencePiece::size() const {
  return static_cast<std::size_t>(library_->processor.GetPieceSize());
}

std::string_view SentencePiece::piece(std::uint32_t id) const {
  return library_->processor.IdToPiece(static_cast<int>(id));
}

Template SentencePiece::special_tokens(bool pair) const {
  const auto id_of = [](int id) {
    return id < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(id));
  };
  auto before = control_piece(library_->processor, "[CLS]");
  auto after = control_piece(library_->processor, "[SEP]");
  if (!before || !after) {
    before = id_of(library_->processor.bos_id());
    after = id_of(library_->processor.eos_id());
  }
  using enum TemplateItem::Kind;
  Template items;
  if (before) items.push_back({special, *before, 0});
  items.push_back({first, 0, 0});
  if (after) items.push_back({special, *after, 0});
  if (!pair) return items;
  items.push_back({second, 0, 1});
  if (after) items.push_back({special, *after, 1});
  return items;
}

}  // namespace mha
