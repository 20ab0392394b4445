// The topics of `mha help`: one file each, and a row here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/options/table.h"

namespace mha {

std::string names_topic(const CommandTable& table);
std::string masks_topic(const CommandTable& table);
std::string formats_topic(const CommandTable& table);
std::string statistics_topic(const CommandTable& table);
std::string models_topic(const CommandTable& table);
std::string exit_status_topic(const CommandTable& table);

struct Topic {
  std::string_view name;
  std::string_view alias;  ///< another word for it; empty for none
  std::string_view summary;
  std::string (*text)(const CommandTable&);
};

inline constexpr Topic topics[] = {
    {"names", "tensors", "names of tensors and values: what --save, --get, --expect and diff know",
     names_topic},
    {"masks", "", "which tokens attend to which, and how to say so", masks_topic},
    {"formats", "", "forms of the report, and of files that tensors are saved to", formats_topic},
    {"statistics", "heads", "numbers about heads: what --stats, --format heads and --sort know",
     statistics_topic},
    {"models", "", "checkpoints, random weights and tokenizers", models_topic},
    {"exit-status", "exit-codes", "what a status says to a script", exit_status_topic},
};

/// The names of all topics.
std::vector<std::string> topic_words();

struct TopicRow {
  std::string name, meaning;
};

/// A line each, "  name  meaning", the meanings below each other.
std::string rows_text(const std::vector<TopicRow>& rows);

}  // namespace mha
