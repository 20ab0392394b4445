// Texts as the user gives them: options, lines of a file, piped input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mha {

/// One text of well-formed UTF-8 and where it stands, for errors ("--text", "notes.txt line 3").
struct Text {
  std::string bytes;
  std::string place;
};

enum class InvalidUtf8 { refuse, replace };

struct TextFormat {
  bool null_separated = false;  ///< records end in NUL instead of newline
  InvalidUtf8 invalid = InvalidUtf8::refuse;
};

/// A text given as it is. Throws Error(data) that names the byte if it is not UTF-8 and is not to be
/// replaced.
Text make_text(std::string bytes, std::string place, const TextFormat& format);

/// The records of a file or of standard input ("-"). Lines end in LF or CR LF; with null_separated only NUL
/// ends a record. The last record needs no end. Throws Error: io as read_file, data as make_text, limit above
/// 4 GiB.
std::vector<Text> read_texts(const std::string& path, const TextFormat& format);

}  // namespace mha
