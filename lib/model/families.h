// The catalogue of model families. A new one is a file in families/ and two lines here.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/config_file.h"
#include "model/family.h"

namespace mha {
namespace families {

extern const Family albert;
extern const Family bert;
extern const Family bloom;
extern const Family camembert;
extern const Family deberta_v2;
extern const Family distilbert;
extern const Family electra;
extern const Family gemma;
extern const Family gemma2;
extern const Family gemma3_text;
extern const Family gpt2;
extern const Family gpt_neox;
extern const Family gte;
extern const Family gte_new;
extern const Family llama;
extern const Family mistral;
extern const Family mixtral;
extern const Family modernbert;
extern const Family mpnet;
extern const Family mt5;
extern const Family nomic_bert;
extern const Family olmo2;
extern const Family opt;
extern const Family phi;
extern const Family phi3;
extern const Family qwen2;
extern const Family qwen3;
extern const Family qwen3_moe;
extern const Family roberta;
extern const Family t5;
extern const Family xlm_roberta;

}  // namespace families

inline constexpr std::array all_families = {
    &families::albert,     &families::bert,        &families::bloom,       &families::camembert,
    &families::deberta_v2, &families::distilbert,  &families::electra,     &families::gemma,
    &families::gemma2,     &families::gemma3_text, &families::gpt2,        &families::gpt_neox,
    &families::gte,        &families::gte_new,     &families::llama,       &families::mistral,
    &families::mixtral,    &families::modernbert,  &families::mpnet,       &families::mt5,
    &families::nomic_bert, &families::olmo2,       &families::opt,         &families::phi,
    &families::phi3,       &families::qwen2,       &families::qwen3,       &families::qwen3_moe,
    &families::roberta,    &families::t5,          &families::xlm_roberta,
};

/// The part of a configuration that is about text: `text_config` where a model takes images or sound too,
/// else all of it.
ConfigFile text_config(ConfigFile file);

/// What may stand before a tensor's name in the files of a family: its prefix, and those of models of which
/// it is the part for text.
std::vector<std::string> prefixes_of(const Family& family);

/// The family that model_type names. Throws Error(data) that lists those known.
const Family& find_family(const ConfigFile& file);

/// The sizes of a model of that family, whatever else its configuration says; settings that are no sizes are
/// not read. Throws Error as read_description does for sizes.
Config read_sizes(const Family& family, const ConfigFile& file);

/// A model as its configuration has it.
struct Description {
  Config config;
  Wiring wiring;
};

/// Throws Error: data for values that do not fit, and for settings that would change the arithmetic in a way
/// that is not supported; limit for sizes beyond what a run can count.
Description read_description(const Family& family, const ConfigFile& file);

}  // namespace mha
