#include "tokenizer/text.h"

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"

namespace mha {
namespace {

constexpr std::size_t max_text_bytes = std::size_t{4} << 30;

std::string_view without_return(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

Text make_text(std::string bytes, std::string place, const TextFormat& format) {
  if (const auto bad = utf8::find_invalid(bytes)) {
    if (format.invalid == InvalidUtf8::refuse) {
      fail(Status::data,
           "{}, byte {}: not UTF-8 (0x{:02x}); convert the text, or give --invalid-utf8 replace", place,
           *bad + 1, static_cast<unsigned char>(bytes[*bad]));
    }
    bytes = utf8::replace_invalid(bytes);
  }
  return {std::move(bytes), std::move(place)};
}

std::vector<Text> read_texts(const std::string& path, const TextFormat& format) {
  const bool standard = path == "-";
  const std::string contents = read_file(standard ? "/dev/stdin" : path, max_text_bytes);
  const std::string name = standard ? "standard input" : utf8::printable(path);
  const char separator = format.null_separated ? '\0' : '\n';
  std::vector<Text> texts;
  for (std::size_t begin = 0; begin < contents.size();) {
    const std::size_t end = std::min(contents.find(separator, begin), contents.size());
    std::string_view record = std::string_view(contents).substr(begin, end - begin);
    if (!format.null_separated) record = without_return(record);
    const char* kind = format.null_separated ? "record" : "line";
    texts.push_back(
        make_text(std::string(record), fmt::format("{}: {} {}", name, kind, texts.size() + 1), format));
    begin = end + 1;
  }
  return texts;
}

}  // namespace mha
