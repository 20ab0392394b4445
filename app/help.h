// Texts of --help that are made from the catalogues.
#pragma once

#include <string>

namespace mha {

/// The forms of --tokenizer: "bert-base-uncased, english, FILE.model, vocab.txt".
std::string tokenizer_help();

/// What stands below the options: names of tensors and values, examples, exit status.
std::string run_footer();

/// The same of diff: what the figures mean, examples.
std::string diff_footer();

/// The same of bench: what can be timed, how operations are counted, examples.
std::string bench_footer();

}  // namespace mha
