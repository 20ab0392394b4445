// The catalogue of model families. A new one is a file in families/ and two lines here.
#pragma once

#include <array>
#include <string>

#include "model/config.h"
#include "model/config_file.h"
#include "model/family.h"

namespace mha {
namespace families {

extern const Family albert;
extern const Family bert;
extern const Family camembert;
extern const Family distilbert;
extern const Family electra;
extern const Family mpnet;
extern const Family roberta;
extern const Family xlm_roberta;

}  // namespace families

inline constexpr std::array all_families = {
    &families::albert,  &families::bert,  &families::camembert, &families::distilbert,
    &families::electra, &families::mpnet, &families::roberta,   &families::xlm_roberta,
};

/// The family that model_type names. Throws Error(data) that lists those known.
const Family& find_family(const ConfigFile& file);

/// The sizes of a model of that family, whatever else its configuration says; hidden_act is not read. Throws
/// Error as read_config does for sizes.
Config read_sizes(const Family& family, const ConfigFile& file);

/// The sizes of a model of that family. Throws Error: data for values that do not fit, and for settings that
/// would change the arithmetic in a way that is not supported; limit for sizes beyond what a run can count.
Config read_config(const Family& family, const ConfigFile& file);

}  // namespace mha
