// Texts of --help that are made from the catalogues.
#pragma once

#include <string>

namespace mha {

/// The forms of --tokenizer: "bert-base-uncased, english, FILE.model, vocab.txt".
std::string tokenizer_help();

/// Command lines to learn from.
std::string run_examples();

/// What stands below the options: examples, exit status, where to read more.
std::string run_footer();

/// The same of help: the topics.
std::string topics_footer();

/// The same of completion: how to use it.
std::string completion_footer();

/// The same of diff: what the figures mean, examples.
std::string diff_footer();

/// The same of inspect: roles, what is counted, examples.
std::string inspect_footer();

/// The same of bench: what can be timed, how operations are counted, examples.
std::string bench_footer();

}  // namespace mha
