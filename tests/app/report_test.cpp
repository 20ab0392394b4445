// The report on standard output, in each of its formats.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "report/formats.h"
#include "support/command.h"

using namespace mha;
using test::Shell;

namespace {

/// A report and what is read from it.
class Report {
 public:
  Report(const Shell& shell, const std::string& line) : document_(shell.output(line), "report") {}
  std::optional<JsonValue> find(std::string_view name) const { return document_.root().find(name); }

 private:
  JsonDocument document_;
};

std::int64_t number(const std::optional<JsonValue>& json) {
  REQUIRE(json);
  REQUIRE(json->integer());
  return *json->integer();
}

std::string text(const std::optional<JsonValue>& json) {
  REQUIRE(json);
  REQUIRE(json->string());
  return std::string(*json->string());
}

std::vector<JsonValue> list(const std::optional<JsonValue>& json) {
  REQUIRE(json);
  REQUIRE(json->is_array());
  return json->items();
}

std::vector<std::int64_t> numbers(const std::optional<JsonValue>& json) {
  std::vector<std::int64_t> values;
  for (const JsonValue& item : list(json)) values.push_back(number(item));
  return values;
}

}  // namespace

TEST_CASE("the tutorial's transcript comes byte for byte") {
  const Shell shell;
  CHECK(shell.output("mha --text 'time flies like an arrow' --format tutorial") ==
        "embed_dim的数量:\n768\n==================\n"
        "num_heads的数量:\n12\n==================\n"
        "head_dim的数量:\n64\n==================\n"
        "query的size:\ntorch.Size([1, 5, 768])\n==================\n"
        "x的size:\ntorch.Size([1, 5, 768])\n==================\n"
        "output的size:\ntorch.Size([1, 5, 768])\n==================\n");
}

TEST_CASE("the text report is a name and a value a line, diagnostics first") {
  const Shell shell;
  CHECK(shell.output("mha --text 'time flies like an arrow'") ==
        "embed_dim     768\n"
        "num_heads     12\n"
        "head_dim      64\n"
        "embeddings    1x5x768\n"
        "query         1x12x5x64\n"
        "key           1x12x5x64\n"
        "value         1x12x5x64\n"
        "scores        1x12x5x5\n"
        "weights       1x12x5x5\n"
        "heads         1x12x5x64\n"
        "x             1x5x768\n"
        "output        1x5x768\n"
        "tokens        time flies like an arrow\n");
  CHECK(shell.output("mha --text a --context 'b c' | awk '$1 == \"weights\" { print $2 }'") == "1x12x1x2\n");
}

TEST_CASE("the text report tells masks, key-value heads and the context only where there are some") {
  const Shell shell;
  const std::string out =
      shell.output("mha --text 'a b' --context c --num-kv-heads 4 --window 2 --key-mask 1");
  CHECK(out.find("\nnum_kv_heads  4\n") != std::string::npos);
  CHECK(out.find("\nmask          window 2, key mask; 1 = attend; rows without a key: zero\n") !=
        std::string::npos);
  CHECK(out.find("\ntokens        a b\n") != std::string::npos);
  CHECK(out.ends_with("  c\n"));
}

TEST_CASE("a large batch is summed up in the text report") {
  const Shell shell;
  const auto outcome = shell.run("yes a | head -n 20 | mha --config bert-tiny-uncased");
  CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 12 + 16 + 1);
  CHECK(outcome.out.ends_with("tokens        ... and 4 sequences more\n"));
}

TEST_CASE("the JSON report holds the sizes under stable keys") {
  const Shell shell;
  const Report report(shell, "mha --text 'time flies like an arrow' --seed 42 --format json");
  CHECK(number(report.find("schema")) == 1);
  CHECK(number(report.find("embed_dim")) == 768);
  CHECK(number(report.find("num_heads")) == 12);
  CHECK(number(report.find("num_kv_heads")) == 12);
  CHECK(number(report.find("head_dim")) == 64);
  CHECK(number(report.find("vocab_size")) == 30522);
  CHECK(number(report.find("num_layers")) == 1);
  CHECK(number(report.find("batch")) == 1);
  CHECK(number(report.find("tokens")) == 5);
  CHECK(number(report.find("seed")) == 42);
  CHECK(text(report.find("dtype")) == "float32");
  const auto shapes = report.find("shapes");
  REQUIRE(shapes);
  CHECK(numbers(shapes->find("weights")) == std::vector<std::int64_t>{1, 12, 5, 5});
  CHECK(numbers(shapes->find("output")) == std::vector<std::int64_t>{1, 5, 768});
  CHECK_FALSE(shapes->find("context"));
}

TEST_CASE("the JSON report holds text, ids, tokens and byte spans of each sequence") {
  const Shell shell;
  const Report report(shell, "mha --text 'Café flies' --text 'a \"b\"' --format json");
  const std::vector<JsonValue> sequences = list(report.find("sequences"));
  REQUIRE(sequences.size() == 2);
  CHECK(text(sequences[0].find("text")) == "Café flies");
  CHECK(numbers(sequences[0].find("ids")) == std::vector<std::int64_t>{7668, 10029});
  CHECK(text(list(sequences[0].find("tokens"))[0]) == "cafe");
  CHECK(numbers(list(sequences[0].find("spans"))[0]) == std::vector<std::int64_t>{0, 5});
  CHECK(numbers(list(sequences[0].find("spans"))[1]) == std::vector<std::int64_t>{6, 11});
  CHECK(text(sequences[1].find("text")) == "a \"b\"");
}

TEST_CASE("of ids the JSON report knows neither text nor spans, of a context it knows both") {
  const Shell shell;
  const Report report(shell, "mha --ids 30521 --tokenizer english --context a --format json");
  const JsonValue sequence = list(report.find("sequences")).front();
  CHECK(sequence.find("text")->is_null());
  CHECK(sequence.find("tokens")->is_null());
  CHECK(numbers(sequence.find("ids")) == std::vector<std::int64_t>{30521});
  const auto context = sequence.find("context");
  REQUIRE(context);
  CHECK(text(context->find("text")) == "a");
  CHECK(numbers(report.find("shapes")->find("context")) == std::vector<std::int64_t>{1, 1, 768});
}

TEST_CASE("ids beyond the tokenizer of the context are shown as numbers") {
  const Shell shell;
  const std::string out = shell.output("mha --ids 30521,9000 --tokenizer english --context a");
  CHECK(out.find("\ntokens        30521 9000\n") != std::string::npos);
}

TEST_CASE("the JSON report tells the masks and their convention") {
  const Shell shell;
  const Report report(shell, "mha --text 'a b' --causal --window 2 --masked-rows nan --format json");
  const auto mask = report.find("mask");
  REQUIRE(mask);
  CHECK(text(mask->find("convention")) == "1 = attend");
  CHECK(*mask->find("causal")->boolean());
  CHECK(number(mask->find("window")) == 2);
  CHECK(text(mask->find("masked_rows")) == "nan");
}

TEST_CASE("every format of the report ends its last line, and is named in the help") {
  const Shell shell;
  const std::string help = shell.output("mha --help");
  for (const ReportFormat& format : report_formats) {
    CAPTURE(format.name);
    CHECK(shell.output("mha --text a --format " + std::string(format.name)).ends_with('\n'));
    CHECK(help.find(format.name) != std::string::npos);
  }
}

TEST_CASE("the environment changes nothing: language, numbers, colours, terminal, home, path") {
  const Shell shell;
  const std::string line = "mha --text 'TIME flies Iİ' --format json --save output=o.npy; sha256sum o.npy";
  const std::string plain = shell.output(line);
  for (const char* change :
       {"export LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8", "export LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8",
        "export LC_ALL=C", "export NO_COLOR=1", "unset HOME", "unset TERM",
        "export COLUMNS=0 TZ=Mars/Olympus", "export OMP_NUM_THREADS=banana", "unset HOME TERM USER LANG"}) {
    CAPTURE(change);
    CHECK(shell.output(std::string(change) + "; " + line) == plain);
  }
}

TEST_CASE("quiet gives no report, verbose tells on standard error only") {
  const Shell shell;
  CHECK(shell.output("mha --text a --quiet").empty());
  const auto outcome = shell.run("mha --text a --verbose");
  CHECK(outcome.out == shell.output("mha --text a"));
  CHECK(outcome.err.starts_with("mha: 1 sequences"));
}

TEST_CASE("the version is the one of the build") {
  const Shell shell;
  CHECK(shell.output("mha --version") == "mha " MHA_VERSION "\n");
}
