// ByteLevel of `tokenizers`, as a pre-tokenizer.
#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "tokenizer/byte_characters.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"
#include "tokenizer/unicode/known_patterns.h"

namespace mha {
namespace {

/// The characters of all bytes in UTF-8.
struct Encoded {
  std::array<char, 2> bytes;
  std::uint8_t size;
};
constexpr std::array<Encoded, 256> encoded = [] {
  std::array<Encoded, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char32_t c = byte_characters[i];
    if (c < 0x80) {
      table[i] = {{static_cast<char>(c), 0}, 1};
    } else {
      table[i] = {{static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))}, 2};
    }
  }
  return table;
}();

class ByteLevel : public PreTokenizer {
 public:
  explicit ByteLevel(const Component& component) : add_space_(component.flag("add_prefix_space")) {
    component.flag("trim_offsets");
    if (component.flag_or("use_regex", true)) words_ = match_known(gpt2_words);
  }

  void cut(SplitText& text) const override {
    if (add_space_) {
      text.rewrite([&](const Split& split, PlacedText& out) {
        if (!text.text(split).starts_with(' ')) out.put(" ", text.places(split)[0]);
        out.copy(text.text(split), text.places(split));
      });
    }
    if (words_) text.split(*words_, Behavior::isolated);
    text.rewrite(
        [&](const Split& split, PlacedText& out) { encode(text.text(split), text.places(split), out); });
  }

 private:
  static void encode(std::string_view bytes, std::span<const Place> places, PlacedText& out) {
    std::size_t at = out.text.size();
    out.text.resize(at + 2 * bytes.size());
    out.places.resize(out.text.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const Encoded& c = encoded[static_cast<unsigned char>(bytes[i])];
      // The second byte is written over where there is but one.
      std::copy_n(c.bytes.begin(), 2, out.text.begin() + static_cast<std::ptrdiff_t>(at));
      std::fill_n(out.places.begin() + static_cast<std::ptrdiff_t>(at), 2, places[i]);
      at += c.size;
    }
    out.text.resize(at);
    out.places.resize(at);
  }

  bool add_space_;
  std::unique_ptr<Pattern> words_;
};

}  // namespace

std::unique_ptr<PreTokenizer> read_byte_level_pre_tokenizer(const Component& component) {
  return std::make_unique<ByteLevel>(component);
}

}  // namespace mha
