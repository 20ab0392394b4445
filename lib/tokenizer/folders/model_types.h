// Which family reads the vocabulary of a model whose configuration names the type of the model.
#pragma once

#include <string_view>

namespace mha {

/// What AutoTokenizer of Transformers 5 takes for a type of model (tokenization_auto.py), in small letters
/// and without - and _. Some types have theirs whatever tokenizer_class is named: those with no family here
/// to read them are refused, as only their tokenizer.json says how they cut words.
struct ModelType {
  std::string_view type, family;
  bool overrules_class;
};
constexpr ModelType model_types[] = {
    {"bloom", "bloom", true},
    {"codegen", "gpt2", false},
    {"gemma2", "gemma", false},
    {"gemma3", "gemma", false},
    {"gemma3text", "gemma", false},
    {"gptj", "gpt2", false},
    {"gptneo", "gpt2", false},
    {"llama", "sentencepiece", false},
    {"mistral", "sentencepiece", true},
    {"mixtral", "sentencepiece", true},
    {"modernbert", "modernbert", true},
    {"mpt", "gptneox", false},
    {"mt5", "t5", false},
    {"nomicbert", "bert", false},
    {"olmo", "gptneox", false},
    {"olmo2", "olmo2", true},
    {"olmo3", "olmo3", true},
    {"opt", "gpt2", false},
    {"phi", "gpt2", false},
    {"phi3", "sentencepiece", true},
    {"qwen3", "qwen2", false},
    {"starcoder2", "gpt2", false},
};

/// The family whose tokenizer a class is under another name ("codegen"); the name itself if it is none.
constexpr std::string_view family_of_class(std::string_view name) {
  return name == "codegen" ? "gpt2" : name == "mt5" ? "t5" : name;
}

/// The entry of that type; null for a type that is a family by its own name, or not known.
constexpr const ModelType* find_model_type(std::string_view type) {
  for (const ModelType& each : model_types) {
    if (each.type == type) return &each;
  }
  return nullptr;
}

}  // namespace mha
