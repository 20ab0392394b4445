#include "app/texts.h"

#include <unistd.h>

#include "base/error.h"

namespace mha {
namespace {

std::vector<Text> make_texts(const char* option, const std::vector<std::string>& texts,
                             const TextFormat& format) {
  std::vector<Text> made;
  for (const std::string& text : texts) {
    const std::string place =
        texts.size() == 1 ? option : fmt::format("{} number {}", option, made.size() + 1);
    made.push_back(make_text(text, place, format));
  }
  return made;
}

}  // namespace

std::vector<Text> texts_of(const TextOptions& options) {
  const int given = (options.texts.empty() ? 0 : 1) + (options.file ? 1 : 0) + (options.ids.empty() ? 0 : 1);
  if (!options.ids.empty() && !options.pairs.empty()) {
    fail(Status::usage, "--pair goes with texts; of --ids, give the pair's ids and --token-types");
  }
  if (given > 1) fail(Status::usage, "--text, --text-file and --ids exclude each other; give one of them");
  if (!options.texts.empty()) return make_texts("--text", options.texts, options.format);
  if (options.file) return read_texts(*options.file, options.format);
  if (::isatty(STDIN_FILENO) != 0) {
    fail(Status::usage,
         "no text; give --text \"...\", --text-file FILE, --ids, or pipe text in; see mha --help");
  }
  return read_texts("-", options.format);
}

std::vector<Text> pairs_of(const TextOptions& options) {
  return make_texts("--pair", options.pairs, options.format);
}

std::vector<Text> contexts_of(const TextOptions& options) {
  return make_texts("--context", options.contexts, options.format);
}

}  // namespace mha
