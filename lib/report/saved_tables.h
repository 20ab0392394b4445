// The tables of a run, which reports show and --save takes beside tensors.
#pragma once

#include <string_view>

#include "report/heads.h"

namespace mha {

/// A table that is made of the weights of all layers and heads looked at.
struct SavedTable {
  std::string_view name;
  std::string_view summary;
  Table (*of)(const Run&);
};

/// The statistics of the heads, in the order of --sort.
Table stats_of(const Run& run);

/// The strongest links, as many as --top says; 100 if it says nothing.
Table links_of(const Run& run);

inline constexpr SavedTable saved_tables[] = {
    {"stats", "a row a head with its statistics; --sort orders them", stats_of},
    {"links", "the strongest links, 100 or as many as --top says", links_of},
};

/// The table of that name, or null.
const SavedTable* find_table(std::string_view name);

}  // namespace mha
