// Metaspace of `tokenizers`.
#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"

namespace mha {
namespace {

/// Where the visible space is put before a split that does not begin with it.
enum class Prepend { first, never, always };

Prepend read_prepend_scheme(const Component& component) {
  // In the order of the enumeration.
  constexpr std::string_view names[] = {"first", "never", "always"};
  const bool given = component.value().find("prepend_scheme").has_value();
  const Prepend scheme =
      given ? static_cast<Prepend>(component.choice("prepend_scheme", names)) : Prepend::always;
  const auto old = component.value().find("add_prefix_space");
  if (!old || old->is_null() || component.flag("add_prefix_space")) return scheme;
  if (given && scheme != Prepend::never) {
    fail(Status::data, "{}: 'add_prefix_space' is false, but 'prepend_scheme' is not \"never\"",
         component.place());
  }
  return Prepend::never;
}

class Metaspace : public PreTokenizer {
 public:
  explicit Metaspace(const Component& component) : prepend_(read_prepend_scheme(component)) {
    utf8::append(space_, component.code_point("replacement"));
    const auto split = component.value().find("split");
    if (!split || split->is_null() || component.flag("split")) cut_before_ = match_string(space_);
  }

  void cut(SplitText& text) const override {
    text.rewrite([&](const Split& split, PlacedText& out) { write(text, split, out); });
    if (cut_before_) text.split(*cut_before_, Behavior::merged_with_next);
  }

 private:
  void write(const SplitText& all, const Split& split, PlacedText& out) const {
    const std::string_view text = all.text(split);
    const std::span<const Place> places = all.places(split);
    const bool wanted =
        prepend_ == Prepend::always || (prepend_ == Prepend::first && split.origin.begin == 0);
    if (wanted && !text.starts_with(' ') && !text.starts_with(space_)) out.put(space_, places[0]);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      out.copy(text.substr(at, end - at), places.subspan(at, end - at));
      if (end < text.size()) out.put(space_, places[end]);
      at = end + 1;
    }
  }

  Prepend prepend_;
  std::string space_;
  std::unique_ptr<Pattern> cut_before_;
};

}  // namespace

std::unique_ptr<PreTokenizer> read_metaspace(const Component& component) {
  return std::make_unique<Metaspace>(component);
}

}  // namespace mha
