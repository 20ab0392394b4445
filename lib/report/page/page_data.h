// What the page is about, as JSON: everything but the numbers of the maps.
#pragma once

#include <string>

#include "report/maps.h"
#include "report/page/page_codes.h"
#include "report/report.h"

namespace mha {

/// One object, read by lib/report/page/script/data.js:
/// tensor: short name; least, largest: of the codes; steps: code_steps; facts: [[name, value]...] of the run;
/// self: true where queries and keys are the same tokens; words: true where they are words; maps: [[layer,
/// head]...], null where there is none; sequences: [{texts, contexts, queries, keys}], keys null where they
/// are the queries, texts of a pair two, of ids none; statistics: [[name, meaning]...] and stats: a row of
/// numbers a map; links: the strongest of all maps. These three are empty for scores. No "<" stands in it, so
/// that it can stand in an element of HTML whatever the texts are.
std::string page_data(const AttentionMaps& maps, const CodeRange& range, const Run& run);

}  // namespace mha
