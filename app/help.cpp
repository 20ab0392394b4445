#include "app/help.h"

#include <fmt/ranges.h>

#include <iterator>
#include <string_view>
#include <vector>

#include "app/completion/completion.h"
#include "app/topics/topics.h"
#include "base/error.h"
#include "bench/request.h"
#include "model/modules.h"
#include "tokenizer/kinds.h"

namespace mha {
namespace {

constexpr std::size_t line_width = 110;

/// "Exit status: 0 done; 1 ...", a few a line.
std::string status_help() {
  std::string text = "Exit status:";
  for (const StatusMeaning& known : statuses) {
    const bool is_last = &known == std::end(statuses) - 1;
    const std::string item =
        fmt::format(" {} {}{}", static_cast<int>(known.status), known.meaning, is_last ? "." : ";");
    if (text.size() - text.rfind('\n') + item.size() > line_width) text += "\n ";
    text += item;
  }
  return text + '\n';
}

std::string topic_help() {
  std::vector<std::string_view> names;
  for (const Topic& topic : topics) names.push_back(topic.name);
  return fmt::format("More: mha help {}\n", fmt::join(names, "|"));
}

}  // namespace

std::string run_examples() {
  return R"(  mha --text "time flies like an arrow"
  mha --text "time flies like an arrow" --seed 42 --save output=out.npy
  mha --model all-MiniLM-L6-v2 --text "time flies like an arrow" --layers all --save attn.safetensors
  mha --text-file lines.txt --save links=links.csv --save weights=all.csv.gz --save all.npz --compress
  mha --text "a b c" --context "d e f g" --causal --get weights
  mha --text-file lines.txt --format json | jq .shapes
  mha --model all-MiniLM-L6-v2 --embeddings mine.npy --layers all --save attn.safetensors
  mha --query q.npy --key k.npy --value v.npy --causal --save heads=out.npy
  mha --ids 2051,10029 --expect output=1x?x768 --check rows-sum-1,finite --quiet
  mha tokenize --text "time flies like an arrow"
  mha diff golden.safetensors port.safetensors --atol 1e-5
  mha inspect all-MiniLM-L6-v2 --tokens 512
  mha bench --what layer --tokens 16,128
)";
}

std::string run_footer() { return "Examples:\n" + run_examples() + status_help() + topic_help(); }

std::string topics_footer() {
  std::string text = "Topics:\n";
  for (const Topic& topic : topics) text += fmt::format("  {:<13}{}\n", topic.name, topic.summary);
  return text;
}

std::string completion_footer() {
  std::string text = "To complete command lines in this shell; installed, new ones do:\n";
  for (const CompletedShell& shell : completed_shells) {
    text += fmt::format("  {:<6}{}\n", shell.name, shell.advice);
  }
  return text;
}

std::string diff_footer() {
  return R"(Tensors are compared by name; the array of a .npy, which has none, with the only tensor of the other file.
Largest |A-B|, also relative to |B| where B is not 0; units in the last place (ulps) of float32, or of float64 if
both are; mean |A-B|; cosine of the angle between A and B. Infinities of the same sign are equal, NaN to nothing.
Examples:
  mha diff golden.safetensors port.safetensors --atol 1e-5
  mha diff golden.safetensors port.safetensors --ignore '*.scores' --format json | jq .agree
  mha diff weights.npy all.safetensors --tensor layers.0.weights
  mha diff golden.safetensors -- --model all-MiniLM-L6-v2 --text "time flies like an arrow"
Exit status: 0 all agree, 1 some do not; others as those of a run, see mha --help.
)";
}

std::string inspect_footer() {
  std::vector<std::string_view> once, in_layers;
  for (const ModuleRole& role : module_roles) (role.in_layer ? in_layers : once).push_back(role.name);
  return fmt::format(
             "Roles: {}\n  and of layers (layers.3.query.weight, or layers.0-11.query.weight where they "
             "share it):\n  {}\n",
             fmt::join(once, " "), fmt::join(in_layers, " ")) +
         R"(Of a tensor that plays none: 'tied' is a copy of another by tie_word_embeddings, 'unused' a task's head, a pooler,
a buffer. Parameters are floating-point numbers, as in PyTorch; those of tied tensors are counted once.
Operations are those of the layers, as mha bench counts them; memory is that of one sequence on one thread.
Statistics are of finite numbers, in float64; std is numpy's (ddof=0).
Without config.json tensors are listed, without roles.
Examples:
  mha inspect all-MiniLM-L6-v2 --tokens 512
  mha inspect all-MiniLM-L6-v2 --format json | jq .parameters
  mha inspect model.safetensors --tensors | grep -v F32
  mha inspect all-MiniLM-L6-v2 --tensor '*.query.weight' --stats
Exit status: 0 a run would take the model; 1 it would not: a setting is not supported, tensors are missing, misshapen or
  of a dtype that is not computed with; with --tensor, always 0 if it is found. Others as those of a run, see mha --help.
)";
}

std::string bench_footer() {
  std::string text = "What can be timed:\n";
  for (const BenchKind& kind : bench_kinds) text += fmt::format("  {:<9}{}\n", kind.name, kind.meaning);
  return text + R"(A time is the median of the faster half of the repetitions, with warm weights.
Operations of B sequences of n tokens, d = hidden_size = num_heads * head_dim (other sizes accordingly):
  layer 8 B n d^2 + 4 B n^2 d; encoder layers * (that + 4 B n d intermediate_size); gemm 2 B n d^2;
  with --causal n (n + 1) / 2 pairs in place of n^2. Softmax, norms and activations do not count.
Keys of --format json, null where a value has no meaning:
  what batch tokens threads ms gflops peak_fraction gb_per_s target hidden_size num_heads num_kv_heads
  head_dim layers intermediate_size causal model command
Examples:
  mha bench
  mha bench --what encoder --tokens 128 --batch 1,8 --threads 2
  mha bench --model all-MiniLM-L6-v2 --what encoder --tokens 16,128
  mha bench --tokens 512 --target AVX2 --format json | jq .peak_fraction
  mha bench --what start
)";
}

std::string tokenizer_help() {
  std::vector<std::string_view> forms;
  for (const BuiltinTokenizer& tokenizer : builtin_tokenizers()) forms.push_back(tokenizer.name);
  for (const TokenizerKind& kind : tokenizer_kinds()) forms.push_back(kind.form);
  return fmt::format("{}", fmt::join(forms, ", "));
}

}  // namespace mha
