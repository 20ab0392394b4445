// Any bytes as a tokenizer.json: it is refused with an Error, or tokenizes within the bounds that it states.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "tokenizer/tokenizer_json.h"

namespace {

constexpr std::string_view texts[] = {"", "a", " Hello,  W\u00F6rld\t1,000 ",
                                      "<s> [MASK]x\u4F60\u597D \u0301\U0001F600\r\n", "\u2581a\u2581\u0130"};

void require(bool holds) {
  if (!holds) std::abort();
}

void use(const mha::Tokenizer& tokenizer) {
  for (const bool pair : {false, true}) {
    for (const mha::TemplateItem& item : tokenizer.special_tokens(pair)) {
      if (item.kind == mha::TemplateItem::Kind::special) require(item.id < tokenizer.size());
    }
  }
  for (const std::string_view text : texts) {
    for (const mha::Token& token : tokenizer.encode(text)) {
      require(token.id < tokenizer.size() && token.begin <= token.end && token.end <= text.size());
      tokenizer.piece(token.id);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    use(*mha::parse_tokenizer_json("fuzz", std::string(reinterpret_cast<const char*>(data), size)));
  } catch (const mha::Error&) {
    // Refused, as it is to be.
  }
  return 0;
}
