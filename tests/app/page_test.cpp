// --save attention.html: what is in the file. What a browser makes of it: tests/app/page/run.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/json.h"
#include "report/npy.h"
#include "support/command.h"
#include "support/words.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::holds;
using test::Shell;

namespace {

const std::string small = "mha --quiet --hidden-size 8 --num-heads 2 ";
const std::string bert = "mha -q --model " MHA_SOURCE_DIR "/tests/golden/families/bert --ids 2,5,6,7,3 ";

/// What stands in the element that begins so.
std::string content_of(const std::string& page, const std::string& element) {
  const std::size_t at = page.find(element);
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + element.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

JsonDocument data_of(const std::string& page) {
  return JsonDocument(content_of(page, R"(<script type="application/json" id="data">)"), "page");
}

/// The numbers of a map, decoded as the page's script does.
std::vector<double> map_of(const std::string& page, std::size_t sequence, std::size_t index) {
  const JsonDocument data = data_of(page);
  const double least = *data.root().find("least")->number(), largest = *data.root().find("largest")->number();
  const double steps = *data.root().find("steps")->number();
  const auto bytes = decode_base64(
      content_of(page, fmt::format(R"(<script type="text/plain" id="map-{}-{}">)", sequence, index)));
  REQUIRE(bytes);
  std::vector<double> numbers;
  for (std::size_t i = 0; i < bytes->size(); i += 2) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>((*bytes)[at]); };
    const int code = byte(i) | byte(i + 1) << 8;
    numbers.push_back(code == 65535 ? NAN : least + code / steps * (largest - least));
  }
  return numbers;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::vector<std::string> strings_of(const JsonValue& list) {
  std::vector<std::string> texts;
  list.each_item([&](JsonValue item) { texts.emplace_back(*item.string()); });
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a page holds every map of every layer, within half a step of the numbers") {
  const Shell shell;
  shell.output(bert +
               "--layers all --save page.html --save layers.0.weights=0.npy --save layers.1.weights=1.npy");
  const std::string page = shell.read("page.html");
  CHECK(count_of(page, R"(<script type="text/plain" id="map-)") == 4);
  for (std::size_t layer = 0; layer < 2; ++layer) {
    const Tensor weights = read_npy(shell.path(std::to_string(layer) + ".npy"));
    REQUIRE(weights.shape == Shape{1, 2, 5, 5});
    for (std::size_t head = 0; head < 2; ++head) {
      const std::vector<double> map = map_of(page, 0, 2 * layer + head);
      REQUIRE(map.size() == 25);
      for (std::size_t i = 0; i < 25; ++i) {
        CHECK(std::abs(map[i] - weights.as<double>()[25 * head + i]) <= 0.5 / 65534 + 1e-12);
      }
    }
  }
}

TEST_CASE("a page holds what the statistics and the strongest links are elsewhere") {
  const Shell shell;
  shell.output(bert + "--layers all --top 7 --save page.html");
  shell.write("data.json",
              content_of(shell.read("page.html"), R"(<script type="application/json" id="data">)"));
  const std::string report =
      bert.substr(0, 4) + bert.substr(7) + "--layers all --stats --top 7 --format json";
  CHECK(shell.output("jq -c '.stats[]' data.json") ==
        shell.output(report + " | jq -c '.stats[] | del(.layer, .head) | [.[]]'"));
  CHECK(shell.output("jq -c '.links[]' data.json") == shell.output(report + " | jq -c '.links[]'"));
  CHECK(shell.output("jq -c '[.statistics[][0]]' data.json") ==
        shell.output(report + " | jq -c '.stats[0] | del(.layer, .head) | keys_unsorted'"));
}

TEST_CASE("a page shows each sequence without padding, with its own tokens") {
  const Shell shell;
  shell.output(small + "--text 'time flies' --text 'a' --save page.html");
  const std::string page = shell.read("page.html");
  const JsonDocument data = data_of(page);
  const auto sequences = data.root().find("sequences")->items();
  REQUIRE(sequences.size() == 2);
  CHECK(strings_of(*sequences[0].find("queries")) == Texts{"time", "flies"});
  CHECK(strings_of(*sequences[1].find("queries")) == Texts{"a"});
  CHECK(sequences[0].find("keys")->is_null());
  CHECK(strings_of(*sequences[0].find("texts")) == Texts{"time flies"});
  CHECK(map_of(page, 0, 1).size() == 4);
  CHECK(map_of(page, 1, 1) == std::vector<double>{1});
}

TEST_CASE("a page of cross-attention has other tokens for keys, and one of words has words") {
  const Shell shell;
  shell.output(small + "--text 'a b' --context 'c d e' --save cross.html");
  const JsonDocument cross = data_of(shell.read("cross.html"));
  CHECK(strings_of(*cross.root().find("sequences")->items()[0].find("keys")) == Texts{"c", "d", "e"});
  CHECK(map_of(shell.read("cross.html"), 0, 0).size() == 6);
  shell.output(small + "--text 'tokenization works' --words --save words.html");
  const JsonDocument words = data_of(shell.read("words.html"));
  CHECK(strings_of(*words.root().find("sequences")->items()[0].find("queries")) ==
        Texts{"tokenization", "works"});
  CHECK(map_of(shell.read("words.html"), 0, 0).size() == 4);
}

TEST_CASE("scores have a range of their own, no number where they are masked, and no statistics") {
  const Shell shell;
  shell.output(small + "--text 'a b c' --causal --save scores=page.html --save scores=scores.npy");
  const std::string page = shell.read("page.html");
  const auto scores = read_npy(shell.path("scores.npy"));
  const std::vector<double> map = map_of(page, 0, 1);
  for (std::size_t i = 0; i < 9; ++i) {
    const double score = scores.as<double>()[9 + i];
    if (std::isfinite(score))
      CHECK(map[i] == doctest::Approx(score).epsilon(1e-4));
    else
      CHECK(std::isnan(map[i]));
  }
  CHECK(data_of(page).root().find("stats")->size() == 0);
}

TEST_CASE("what was made of several heads is shown too, a map a layer or a map in all") {
  const Shell shell;
  shell.output(bert +
               "--layers all --save head_mean=layers.html --save rollout=one.html --save rollout=one.npy");
  const JsonDocument layers = data_of(shell.read("layers.html"));
  const auto maps = layers.root().find("maps")->items();
  REQUIRE(maps.size() == 2);
  CHECK(maps[1].items()[0].natural() == 1);
  CHECK(maps[1].items()[1].is_null());
  CHECK(layers.root().find("stats")->size() == 2);
  CHECK(data_of(shell.read("one.html")).root().find("maps")->size() == 1);
  const auto rollout = read_npy(shell.path("one.npy"));
  const std::vector<double> map = map_of(shell.read("one.html"), 0, 0);
  for (std::size_t i = 0; i < 25; ++i) CHECK(std::abs(map[i] - rollout.as<double>()[i]) < 1e-5);
}

TEST_CASE("nothing of a text gets into a page as markup, and the page names no other place") {
  const Shell shell;
  const std::string evil = "'</script><script>alert(1)</script><!-- <img src=x>'";
  shell.output(small + "--text " + evil + " --context " + evil + " --save page.html");
  const std::string page = shell.read("page.html");
  CHECK_FALSE(holds(page, "<script>alert"));
  CHECK_FALSE(holds(page, "<img"));
  CHECK(count_of(page, "<script>") == 1);
  CHECK(count_of(page, "</script>") == 1 + 1 + 2);
  CHECK_FALSE(holds(page, "http:"));
  CHECK_FALSE(holds(page, "https:"));
  CHECK_FALSE(holds(page, "@SCRIPT"));
  CHECK(holds(page, "default-src 'none'; script-src 'sha256-"));
}

TEST_CASE("the same run gives the same page") {
  const Shell shell;
  shell.output(small + "--text 'a b' --threads 1 --save one.html");
  shell.output(small + "--text 'a b' --threads 2 --save two.html");
  CHECK(shell.read("one.html") == shell.read("two.html"));
}

TEST_CASE("a page of 144 heads of 64 tokens stays under 4 MB") {
  const Shell shell;
  shell.output("mha -q --ids $(seq -s, 1000 1063) --hidden-size 288 --num-heads 144 --save page.html");
  CHECK(shell.read("page.html").size() < 4'000'000);
}

TEST_CASE("a page that browsers would choke on is refused before the work, with what to do") {
  const Shell shell;
  const std::string line = "mha --ids $(seq -s, 1000 3047) --save page.html";
  check_quick_error(shell.run(line), 5, "choose by --layers and --heads");
  CHECK(shell.names().empty());
  CHECK(shell.run(line + " --heads 0-4 --quiet").status == 0);
}

TEST_CASE("a page takes maps of one kind only") {
  const Shell shell;
  check_error(shell.run(small + "--text a --save output=page.html"), 2,
              "there are: scores, weights, head_mean");
  check_error(shell.run(small + "--text a --save weights,scores=page.html"), 2, "save each to a file");
  CHECK(shell.names().empty());
}
