// mha bench: that its lines are there and well formed; their figures are the machine's.
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "bench/request.h"
#include "kernel/targets.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::Shell;

namespace {

const std::string small = "mha bench --seconds 0.01 --hidden-size 24 --num-heads 4 ";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<JsonDocument> records_of(const std::string& text) {
  std::vector<JsonDocument> records;
  for (const std::string& line : lines_of(text)) records.emplace_back(line, "line");
  return records;
}

std::vector<std::string> keys_of(const JsonDocument& record) {
  std::vector<std::string> keys;
  record.root().each_member([&](std::string_view name, JsonValue) { keys.emplace_back(name); });
  return keys;
}

double number(const JsonDocument& record, const char* key) {
  CAPTURE(key);
  const auto value = record.root().find(key);
  REQUIRE(value);
  REQUIRE(value->number());
  return *value->number();
}

bool is_null(const JsonDocument& record, const char* key) { return record.root().find(key)->is_null(); }

}  // namespace

TEST_CASE("bench times every combination in order, a JSON record a line") {
  const Shell shell;
  const auto records =
      records_of(shell.output(small + "--tokens 3,40 --batch 1,2 --threads 2,1 --format json"));
  REQUIRE(records.size() == 8);
  const double expected[][3] = {{2, 1, 3}, {2, 1, 40}, {2, 2, 3}, {2, 2, 40},
                                {1, 1, 3}, {1, 1, 40}, {1, 2, 3}, {1, 2, 40}};
  for (std::size_t i = 0; i < 8; ++i) {
    const JsonDocument& record = records[i];
    CHECK(record.root().find("what")->string() == "layer");
    CHECK(number(record, "threads") == expected[i][0]);
    CHECK(number(record, "batch") == expected[i][1]);
    CHECK(number(record, "tokens") == expected[i][2]);
    CHECK(number(record, "hidden_size") == 24);
    CHECK(number(record, "num_heads") == 4);
    CHECK(number(record, "layers") == 1);
    CHECK(is_null(record, "intermediate_size"));
    CHECK(record.root().find("target")->string() == kernel::target_in_use().name);
    const double operations = expected[i][1] * expected[i][2] * (8 * 24 * 24 + 4 * expected[i][2] * 24);
    CHECK(number(record, "gflops") * number(record, "ms") * 1e6 == doctest::Approx(operations).epsilon(1e-4));
    CHECK(number(record, "peak_fraction") > 0);
    CHECK(number(record, "peak_fraction") < 1.5);
  }
}

TEST_CASE("every kind is timed, with the same keys, and null where a figure has no meaning") {
  const Shell shell;
  const std::string help = shell.output("mha bench --help");
  std::vector<std::string> keys;
  for (const BenchKind& kind : bench_kinds) {
    CAPTURE(kind.name);
    CHECK(help.find(kind.meaning) != std::string::npos);
    const std::string sizes = times_model(kind.what) ? "--hidden-size 24 --num-heads 4 --tokens 4 " : "";
    const std::string threads = kind.what == What::start ? "" : "--threads 1 ";
    const std::string line =
        "mha bench --seconds 0.01 --what " + std::string(kind.name) + " " + sizes + threads;
    const auto records = records_of(shell.output(line + "--format json"));
    REQUIRE(records.size() == (kind.what == What::start ? 2 : 1));
    const JsonDocument& record = records.front();
    if (keys.empty()) keys = keys_of(record);
    CHECK(keys_of(record) == keys);
    CHECK(is_null(record, "tokens") == !times_model(kind.what));
    CHECK(is_null(record, "hidden_size") == !times_model(kind.what));
    CHECK(is_null(record, "peak_fraction") == !times_model(kind.what));
    CHECK(is_null(record, "ms") == (kind.what == What::peak));
    CHECK(is_null(record, "gflops") == (!times_model(kind.what) && kind.what != What::peak));
    CHECK(is_null(record, "gb_per_s") == (kind.what != What::memory));
    CHECK(is_null(record, "command") == (kind.what != What::start));
    CHECK(is_null(record, "intermediate_size") == (kind.what != What::encoder));
    if (kind.what == What::memory) continue;  // a gigabyte is read once
    const auto text = lines_of(shell.output(line));
    CHECK(text.size() == records.size() + 2);
    CHECK(text.front().starts_with(std::string(kind.name) + " on " +
                                   std::string(kernel::target_in_use().name)));
  }
  for (const std::string& key : keys) CHECK(help.find(key) != std::string::npos);
}

TEST_CASE("an encoder has the layers and the feed-forward asked for") {
  const Shell shell;
  const std::string line = small + "--what encoder --threads 1 --tokens 4 --format json ";
  const auto plain = records_of(shell.output(line)),
             other = records_of(shell.output(
                 line + "--layers 3 --intermediate-size 7 --num-kv-heads 2 --head-dim 5 --causal"));
  CHECK(number(plain[0], "layers") == 12);
  CHECK(number(plain[0], "intermediate_size") == 96);
  CHECK(number(other[0], "layers") == 3);
  CHECK(number(other[0], "intermediate_size") == 7);
  CHECK(number(other[0], "num_kv_heads") == 2);
  CHECK(number(other[0], "head_dim") == 5);
  CHECK(other[0].root().find("causal")->boolean() == true);
}

TEST_CASE("layers of a checkpoint are timed, also by MHA_MODEL") {
  const Shell shell;
  const std::string folder = MHA_SOURCE_DIR "/tests/golden/families/";
  const std::string line = " --tokens 4,600 --batch 2 --threads 1 --seconds 0.001 --format json --what ";
  for (const char* name : {"bert_f16", "mpnet", "albert"}) {
    for (const char* what : {"layer", "encoder", "gemm"}) {
      CAPTURE(name);
      CAPTURE(what);
      const auto records = records_of(shell.output("mha bench --model " + folder + name + line + what));
      REQUIRE(records.size() == 2);
      CHECK(records[0].root().find("model")->string() == folder + name);
    }
  }
  const auto records = records_of(shell.output("MHA_MODEL=" + folder + "bert mha bench" + line + "encoder"));
  CHECK(number(records[0], "hidden_size") == 20);
  CHECK(number(records[0], "layers") == 2);
  check_error(shell.run("mha bench --model nowhere/at-all"), 4, "nowhere/at-all");
}

TEST_CASE("a start is that of the random layer, whatever MHA_MODEL says") {
  const Shell shell;
  CHECK(lines_of(shell.output("MHA_MODEL=/nowhere mha bench --what start --seconds 0.001")).size() == 4);
}

TEST_CASE("an instruction set can be forced, and is named") {
  const Shell shell;
  for (const kernel::Target& target : kernel::targets()) {
    const std::string line = small + "--tokens 4 --threads 1 --target " + std::string(target.name);
    CHECK(shell.output(line).starts_with("layer on " + std::string(target.name) + ":"));
    const auto records = records_of(shell.output(line + " --format json"));
    CHECK(records[0].root().find("target")->string() == target.name);
  }
  check_error(shell.run(small + "--target AVX9"), 2, "no instruction set 'AVX9'");
}

TEST_CASE("what bench cannot time is wrong usage") {
  const Shell shell;
  const struct {
    const char *arguments, *words;
  } wrong[] = {
      {"--what lyer", "--what lyer: no such choice (did you mean 'layer'?)"},
      {"--tokens 0", "--tokens '0': a whole number from 1 to "},
      {"--tokens 5,,7", "--tokens '': a whole number"},
      {"--tokens 5,x", "--tokens 'x': a whole number"},
      {"--batch 0", "--batch '0': a whole number from 1 to "},
      {"--threads 0", "--threads '0': a whole number from 1 to 1024"},
      {"--threads 1,1025", "--threads '1025': a whole number from 1 to 1024"},
      {"--layers 0 --what encoder", "--layers '0'"},
      {"--intermediate-size -1 --what encoder", "--intermediate-size '-1'"},
      {"--seconds 0", "--seconds '0': seconds above 0"},
      {"--seconds -1", "--seconds '-1': seconds above 0"},
      {"--seconds nan", "seconds above 0"},
      {"--seconds inf", "seconds above 0"},
      {"--seconds 1e9", "up to 3600"},
      {"--num-heads 7", "--num-heads is 7, which does not divide hidden_size 768 (nearest: 6, 8)"},
      {"--num-kv-heads 5", "--num-kv-heads is 5, which does not divide"},
      {"--format tutorial", "no such choice"},
      {"--token 5", "unknown option --token (did you mean '--tokens'?)"},
      {"--text a", "unknown option --text"},
      {"extra", "unexpected argument 'extra'"},
      {"--tokens", "--tokens needs a value"},
      {"--tokens --causal", "--tokens needs a value, but the option --causal follows"},
      {"--layers 2", "--layers has no part in --what layer"},
      {"--what peak --tokens 5", "--tokens has no part in --what peak"},
      {"--what start --threads 1", "--threads has no part in --what start"},
      {"--what memory --model x", "--model has no part in --what memory"},
      {"--what gemm --causal", "--causal has no part in --what gemm"},
      {"--model x --hidden-size 8", "--hidden-size goes with random weights"},
  };
  for (const auto& each : wrong) {
    CAPTURE(each.arguments);
    check_quick_error(shell.run(std::string("mha bench ") + each.arguments), 2, each.words);
  }
  check_error(shell.run("mha --causal bench"), 2, "--causal stands before bench");
  check_error(shell.run("mha benhc"), 2, "(did you mean 'bench'?)");
}

TEST_CASE("what bench would need too much memory for is refused before any is taken, by the last case too") {
  const Shell shell;
  const struct {
    const char *arguments, *words;
  } large[] = {
      {"--tokens 5,2000000000 --format json", "timing a batch of 1 x 2000000000 tokens needs"},
      {"--tokens 2147483648 --batch 2147483648", "64-bit"},
      {"--tokens 2147483648 --batch 1000000 --hidden-size 1 --num-heads 1", "of memory, but only"},
      {"--what gemm --batch 1000000000", "of memory, but only"},
      {"--what encoder --layers 65536", "of memory, but only"},
      {"--what encoder --intermediate-size 2147483648", "of memory, but only"},
      {"--what encoder --intermediate-size 2147483649", "--intermediate-size is 2147483649; more than"},
      {"--hidden-size 2147483648 --num-heads 65536 --head-dim 2147483648", ""},
  };
  for (const auto& each : large) {
    CAPTURE(each.arguments);
    check_quick_error(shell.run(std::string("mha bench --seconds 0.01 ") + each.arguments), 5, each.words);
  }
}

TEST_CASE("memory to read that is not there is refused" * doctest::skip(test::sanitized)) {
  const Shell shell;
  check_quick_error(shell.run("ulimit -v 200000; mha bench --what memory"), 5, "reading memory needs");
}
