#include "app/help.h"
#include "app/options/adder.h"
#include "app/options/commands.h"

namespace mha {

void add_text_options(CLI::App& app, TextOptions& text) {
  Adder add(app, "Text");
  add.value("--text", "TEXT", "a text; repeat it for a batch (default: lines of standard input, if piped)",
            [&](const std::string& t) { text.texts.push_back(t); });
  add.value("--text-file", "FILE", "texts, one a line; - is standard input",
            [&](const std::string& t) { text.file = t; });
  add.value(
      "--tokenizer", "NAME|FILE|DIR",
      fmt::format("vocabulary: {} (default: that of --model, or {})", tokenizer_help(), default_tokenizer),
      [&](const std::string& t) { text.tokenizer = t; });
  add.value("--pair", "TEXT", "the second text of a pair: one for all texts, or one for each",
            [&](const std::string& t) { text.pairs.push_back(t); });
  add.flag("--special-tokens", "put [CLS] and [SEP] around each text (default with --model)",
           text.special_tokens);
  add.unset("--no-special-tokens", "do not (default without --model)", text.special_tokens);
  add.flag("--null", "records of --text-file and standard input end in NUL, not newline",
           text.format.null_separated);
  add.choice<InvalidUtf8>("--invalid-utf8", "what to do with text that is not UTF-8 (default: refuse)",
                          text.format.invalid,
                          {{"refuse", InvalidUtf8::refuse}, {"replace", InvalidUtf8::replace}});
}

void add_checkpoint_options(CLI::App& app, ModelChoice& choice) {
  Adder add(app, "Model");
  add.value(
      "-m,--model", "DIR|FILE|NAME",
      "a checkpoint: a folder, a .safetensors, an index, or ORG/NAME[@REVISION] in the Hugging Face cache "
      "(default: MHA_MODEL)",
      [&](const std::string& t) { choice.name = t; });
  add.value("--revision", "REVISION", "branch, tag or commit of --model in the cache (default: main)",
            [&](const std::string& t) { choice.revision = t; });
}

void add_format_option(CLI::App& app, const std::string& help, ReportOptions& report) {
  Adder(app, "Output")
      .choice<std::string>("--format", help + " (default: text)", report.format,
                           {{"text", "text"}, {"json", "json"}});
}

void add_size_options(CLI::App& app, ConfigRequest& config, const std::string& origin) {
  Adder add(app, random_weights_group);
  add.size("--hidden-size", fmt::format("features of a token, embed_dim (default: {}768)", origin),
           config.hidden_size, 1, any_size);
  add.size("--num-heads", fmt::format("heads (default: {}12)", origin), config.num_heads, 1, any_size);
  add.size("--num-kv-heads", "heads of keys and values, for grouped-query attention (default: num_heads)",
           config.num_kv_heads, 1, any_size);
  add.size("--head-dim", "features of a head (default: hidden_size / num_heads)", config.head_dim, 1,
           any_size);
}

}  // namespace mha
