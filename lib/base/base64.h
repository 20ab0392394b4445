// Base64, as binary data stands in JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mha {

/// The bytes of a text in the standard alphabet, with its padding (RFC 4648, section 4); nothing if it is not
/// such a text.
std::optional<std::string> decode_base64(std::string_view text);

/// The text of some bytes, with its padding.
std::string encode_base64(std::string_view bytes);

}  // namespace mha
