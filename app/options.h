// The command line, as typed and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/screen.h"
#include "bench/request.h"
#include "model/forward.h"
#include "model/model.h"
#include "model/selection.h"
#include "report/checks.h"
#include "report/diff.h"
#include "report/inspect.h"
#include "report/save.h"
#include "tokenizer/kinds.h"
#include "tokenizer/text.h"

namespace mha {

enum class Command { run, tokenize, bench, diff, inspect, help, completion };

struct TextOptions {
  std::vector<std::string> texts, pairs, contexts;
  std::optional<std::string> file;  ///< "-" is standard input
  std::vector<std::vector<std::uint32_t>> ids, token_types;
  std::optional<std::string> tokenizer;  ///< if none is named: the checkpoint's, or the default
  std::optional<bool> special_tokens;    ///< if nothing is said: with a checkpoint
  TextFormat format;
  std::size_t max_tokens = default_max_tokens;
  bool truncate = false;
};

/// Files of numbers in place of text.
struct OwnInputOptions {
  std::optional<std::string> embeddings, query, key, value;

  bool has_heads() const { return query || key || value; }
  Feed feed() const {
    if (has_heads()) return value ? Feed::heads : Feed::query_and_key;
    return embeddings ? Feed::embeddings : Feed::tokens;
  }
};

/// The checkpoint named by --model, or by MHA_MODEL; nothing for random weights.
struct ModelChoice {
  std::optional<std::string> name, revision;
  std::optional<std::string> alone;  ///< named without --model, where a command has it so
};

struct RunOptions {
  Selection layers{{0, 0}}, heads;
  MaskRequest mask;            ///< all but the general mask, and what the model says where nothing else does
  std::optional<bool> causal;  ///< if nothing is said: as the model is
  bool window = true;          ///< or none, not even the model's
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
  bool overwrite = false;     ///< files of another kind too
  Presentation presentation;  ///< all but the screen
  ColorChoice color = ColorChoice::automatic;
  bool quiet = false, verbose = false;
};

struct Options;

struct DiffOptions {
  std::vector<std::string> files;      ///< one or two
  std::shared_ptr<const Options> run;  ///< behind "--": a run takes the place of the second file
  DiffRequest request;
};

/// What mha tells about itself.
struct AboutOptions {
  std::optional<std::string> topic;  ///< of help
  bool manual_page = false;          ///< likewise, in place of a topic
  std::optional<std::string> shell;  ///< of completion
};

struct Options {
  Command command = Command::run;
  TextOptions text;
  OwnInputOptions own;
  ModelChoice choice;
  ModelRequest model;
  RunOptions run;
  ReportOptions report;
  BenchRequest bench;  ///< all but its model
  DiffOptions diff;
  InspectOptions inspect;
  AboutOptions about;
  std::optional<std::string> message;  ///< --help, help and the like: print this and be done
};

/// Reads the arguments; throws Error(usage) for what is wrong with them, with the nearest name where one is
/// misspelt.
Options parse_options(int argc, const char* const* argv);

}  // namespace mha
