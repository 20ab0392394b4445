// Precompiled of `tokenizers`: the table of a sentencepiece model, looked up for each grapheme cluster.
#include <array>

#include "base/base64.h"
#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/normalizers/charsmap.h"
#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/sentencepiece/charsmap_check.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

Charsmap read_charsmap(const Component& component) {
  const auto bytes = decode_base64(component.text("precompiled_charsmap"));
  if (!bytes) component.refuse("precompiled_charsmap", "a table in base64");
  if (const auto flaw = charsmap_flaw(*bytes)) {
    fail(Status::data, "{}: 'precompiled_charsmap' cannot be used: {}", component.place(), *flaw);
  }
  return Charsmap(*bytes);
}

/// Longer clusters are looked up code point by code point only.
constexpr std::size_t max_cluster = 5;

class Precompiled : public Normalizer {
 public:
  explicit Precompiled(const Component& component) : map_(read_charsmap(component)) {
    for (std::size_t i = 0; i < ascii_changes_.size(); ++i) {
      const char c = static_cast<char>(i);
      ascii_changes_[i] = map_.find({&c, 1}).has_value();
    }
  }

  void normalize(AlignedText& text) const override {
    if (is_unchanged(text.text())) return;
    std::vector<Edit> edits;
    edits.reserve(text.text().size() + 8);
    bool changed = false;
    unicode::Graphemes graphemes(text.text());
    for (std::string_view cluster = graphemes.next(); !cluster.empty(); cluster = graphemes.next()) {
      changed |= put_cluster(cluster, edits);
    }
    if (changed) text.transform(edits);
  }

 private:
  /// Whether nothing in it has a replacement, as is known of ASCII beforehand. CR LF is one cluster: a key of
  /// both, with neither a key alone, is left to the long way.
  bool is_unchanged(std::string_view text) const {
    for (const char c : text) {
      if (c < 0 || c == '\r' || ascii_changes_[static_cast<std::size_t>(c)]) return false;
    }
    return true;
  }

  bool put_cluster(std::string_view cluster, std::vector<Edit>& edits) const {
    if (cluster.size() <= max_cluster && put_replacement(cluster, edits)) return true;
    bool changed = false;
    for (std::size_t at = 0; at < cluster.size();) {
      const std::size_t begin = at;
      const char32_t c = utf8::next(cluster, at);
      if (put_replacement(cluster.substr(begin, at - begin), edits)) {
        changed = true;
      } else {
        edits.push_back({c, 0});
      }
    }
    return changed;
  }

  /// Edits as `tokenizers` has them: of a longer replacement the last code points are inserted, of a shorter
  /// one the last stands for what is dropped.
  bool put_replacement(std::string_view part, std::vector<Edit>& edits) const {
    const auto found = map_.find(part);
    if (!found) return false;
    const auto before = static_cast<std::int32_t>(utf8::length(part));
    const std::size_t first = edits.size();
    for (std::size_t at = 0; at < found->size();) edits.push_back({utf8::next(*found, at), 0});
    const auto longer = static_cast<std::int32_t>(edits.size() - first) - before;
    for (std::int32_t i = 0; i < longer; ++i)
      edits[edits.size() - 1 - static_cast<std::size_t>(i)].change = 1;
    if (longer < 0 && !edits.empty()) edits.back().change += longer;
    return true;
  }

  Charsmap map_;
  std::array<bool, 128> ascii_changes_{};
};

}  // namespace

std::unique_ptr<Normalizer> read_precompiled(const Component& component) {
  return std::make_unique<Precompiled>(component);
}

}  // namespace mha
