// The command line, as typed and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/forward.h"
#include "model/model.h"
#include "report/checks.h"
#include "report/save.h"
#include "tokenizer/kinds.h"
#include "tokenizer/text.h"

namespace mha {

enum class Command { run, tokenize };

struct TextOptions {
  std::vector<std::string> texts, contexts;
  std::optional<std::string> file;  ///< "-" is standard input
  std::vector<std::vector<std::uint32_t>> ids;
  std::string tokenizer{default_tokenizer};
  bool special_tokens = false;
  TextFormat format;
  std::size_t max_tokens = default_max_tokens;
};

struct RunOptions {
  MaskRequest mask;  ///< all but the general mask
  std::optional<std::string> mask_file;
  MaskedRows masked_rows = MaskedRows::zero;
  DType dtype = DType::float32;
  std::size_t threads = 1;
};

struct ReportOptions {
  std::string format = "text";
  std::vector<std::string> gets;
  std::vector<Expectation> expectations;
  std::vector<std::string> checks;
  std::vector<SaveRequest> saves;
  bool quiet = false, verbose = false;
};

struct Options {
  Command command = Command::run;
  TextOptions text;
  ModelRequest model;
  RunOptions run;
  ReportOptions report;
  std::optional<std::string> message;  ///< --help or --version: print this and be done
};

/// Reads the arguments; throws Error(usage) for what is wrong with them, with the nearest name where one is
/// misspelt.
Options parse_options(int argc, const char* const* argv);

}  // namespace mha
