#include "report/picture/text.h"

#include <doctest/doctest.h>

#include <string>

using namespace mha;

namespace {

/// What is drawn for a letter that no font has.
std::vector<LetterImage> drawn(const std::string& text) { return letter_images(text, {0, 20, 20, false}); }

bool same(const std::vector<LetterImage>& a, const std::vector<LetterImage>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].left != b[i].left || a[i].top != b[i].top || a[i].coverage != b[i].coverage) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("letters of every script are drawn") {
  const auto unknown = drawn("\uFFFD");
  for (const char* letter :
       {"A", "ß", "Ω", "Ж", "Ա", "א", "ب", "ܐ", "ހ",  "ߊ",  "अ",  "অ",  "ਅ",  "અ",  "ଅ",  "அ", "అ",
        "ಅ", "അ", "අ", "ก", "ກ", "ཀ", "က", "ა", "한", "አ",  "Ꭰ",  "ᐁ",  "ᚁ",  "ᚠ",  "ᜀ",  "ក", "ᠠ",
        "ᤀ", "ᥐ", "ᨀ", "ᬅ", "ᮃ", "ᰀ", "ᱚ", "Ⰰ", "ⴰ",  "あ", "ア", "ㄅ", "漢", "汉", "ꀀ", "ꓐ", "ꔀ",
        "ꚠ", "ꠀ", "ꡀ", "ꢀ", "ꤊ", "ꤰ", "ꦀ",  "ꨀ", "ꪀ",  "ꯀ",  "∑",  "→",  "█",  "✓",  "€",  "😀", "👍"}) {
    CAPTURE(letter);
    CHECK_FALSE(drawn(letter).empty());
    CHECK_FALSE(same(drawn(letter), unknown));
  }
  CHECK(same(drawn("\U000E0FFE"), unknown));
}

TEST_CASE("right-to-left text is drawn from the right, its Arabic letters joined") {
  CHECK(same(drawn("אב"), drawn("\u202D"
                                "בא"
                                "\u202C")));
  CHECK(text_width("بب", 20) < 2 * text_width("ب", 20));
  CHECK(text_width("لا", 20) < text_width("ل", 20) + text_width("ا", 20));
  CHECK(drawn("لا").size() == 1);
  CHECK_FALSE(same(drawn("ab"), drawn("ba")));
}

TEST_CASE("marks stand over their letter and take no room, what is not seen neither") {
  CHECK(text_width("x\u0302", 20) == text_width("x", 20));
  CHECK(drawn("x\u0302").size() == 2);
  CHECK(text_width("a\u200D\uFE0F\u200E", 20) == text_width("a", 20));
  CHECK(text_width("\u0302", 20) == text_width("\u25CC", 20));
  CHECK(drawn(" ").empty());
  CHECK(drawn("").empty());
}

TEST_CASE("widths are those of the fonts, and grow with the size") {
  // Advances of "a" and "W" in DejaVu Sans 2.37 are 1255 and 2025 of 2048 units.
  CHECK(text_width("a", 2048) == doctest::Approx(1255));
  CHECK(text_width("aW", 1024) == doctest::Approx((1255 + 2025) / 2.0));
}

TEST_CASE("text is shortened at a letter, never within one") {
  CHECK(fitted_text("attention", 12, 1000) == "attention");
  const std::string shortened = fitted_text("attention", 12, 40);
  CHECK(shortened.ends_with("…"));
  CHECK(text_width(shortened, 12) <= 40);
  CHECK(fitted_text("x\u0302x\u0302x\u0302x\u0302", 12, 20).starts_with("x\u0302"));
  CHECK(fitted_text("abc", 12, text_width("abc", 12)) == "abc");
  CHECK(fitted_text(std::string(10'000'000, 'a'), 12, 100).size() < 40);
}

TEST_CASE("text that runs upwards is the same turned by a quarter") {
  const auto level = letter_images("L", {0, 0, 20, false}), upwards = letter_images("L", {0, 0, 20, true});
  REQUIRE(level.size() == 1);
  REQUIRE(upwards.size() == 1);
  CHECK(level[0].width == upwards[0].height);
  CHECK(level[0].height == upwards[0].width);
  for (std::size_t y = 0; y < level[0].height; ++y) {
    for (std::size_t x = 0; x < level[0].width; ++x) {
      const int a = level[0].coverage[y * level[0].width + x];
      const int b = upwards[0].coverage[(level[0].width - 1 - x) * upwards[0].width + y];
      CHECK(std::abs(a - b) <= 2);
    }
  }
}
