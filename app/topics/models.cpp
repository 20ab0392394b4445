#include <fmt/ranges.h>

#include <string_view>

#include "app/topics/topics.h"
#include "kernel/activation.h"
#include "model/families.h"
#include "tokenizer/kinds.h"

namespace mha {
namespace {

std::string presets_text() {
  std::vector<TopicRow> rows;
  for (const Preset& preset : presets) {
    rows.push_back(
        {std::string(preset.name), fmt::format("hidden_size {}, {} heads, vocab_size {}", preset.hidden_size,
                                               preset.num_attention_heads, preset.vocab_size)});
  }
  return rows_text(rows);
}

std::string tokenizers_text() {
  std::vector<TopicRow> rows;
  for (const BuiltinTokenizer& tokenizer : builtin_tokenizers()) {
    rows.push_back({std::string(tokenizer.name), std::string(tokenizer.description) + " (built in)"});
  }
  for (const TokenizerKind& kind : tokenizer_kinds()) {
    rows.push_back({std::string(kind.form), std::string(kind.description)});
  }
  return rows_text(rows);
}

std::string families_text() {
  std::vector<std::string_view> families, activations;
  for (const Family* family : all_families) families.push_back(family->model_type);
  for (const ActivationName& known : known_activations) activations.push_back(known.name);
  return fmt::format("Families (model_type): {}\nActivations (hidden_act): {}\n", fmt::join(families, ", "),
                     fmt::join(activations, ", "));
}

}  // namespace

std::string models_topic(const CommandTable&) {
  return R"(A checkpoint, --model or MHA_MODEL: a folder, a .safetensors or .safetensors.index.json file in one, or a repository
of the Hugging Face hub, as ORG/NAME, ORG/NAME@REVISION (or --revision), or NAME alone if one repository in the cache
ends in it. The cache is that of huggingface_hub (HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME). Nothing is downloaded: what is
missing is an error with the command that gets it.

)" + families_text() +
         "\nRandom weights, without --model: sizes from --config, a config.json of any family or a "
         "preset:\n\n" +
         presets_text() +
         "\nTokenizers, --tokenizer; without it the checkpoint's own, or the first of these:\n\n" +
         tokenizers_text();
}

}  // namespace mha
