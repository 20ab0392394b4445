// --save: texts, what stands in them, and what becomes of every format where writing fails.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "report/delimited.h"
#include "report/files.h"
#include "report/npy.h"
#include "report/saved_tables.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

const std::string small = "mha -q --hidden-size 8 --num-heads 2 ";
const std::string planted = std::string("mha -q --model ") + MHA_SOURCE_DIR + "/tests/golden/planted ";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The number behind the last separator of each line but the first.
std::vector<float> last_column(const std::string& text, char separator) {
  std::vector<float> numbers;
  for (const std::string& line : lines_of(text)) {
    numbers.push_back(std::strtof(line.c_str() + line.rfind(separator) + 1, nullptr));
  }
  numbers.erase(numbers.begin());
  return numbers;
}

void collect(JsonValue value, std::vector<float>& numbers) {
  if (!value.is_array()) numbers.push_back(static_cast<float>(value.number().value_or(NAN)));
  value.each_item([&](JsonValue item) { collect(item, numbers); });
}

/// A tensor of a .json, row-major.
std::vector<float> numbers_of(const JsonDocument& document, const std::string& name) {
  std::vector<float> numbers;
  collect(*document.root().find("tensors")->find(name)->find("data"), numbers);
  return numbers;
}

std::vector<float> floats(const Tensor& tensor) {
  return {tensor.as<double>().begin(), tensor.as<double>().end()};
}

}  // namespace

TEST_CASE("a table has a line for each number of a tensor, with its index and tokens") {
  const Shell shell;
  shell.output(small +
               "--text 'say \"hi\",' --save weights=w.csv --save weights=w.tsv --save query=q.csv "
               "--save weights=w.npy --save query=q.npy --save output.bias=b.csv");
  const std::string table = shell.read("w.csv");
  const auto lines = lines_of(table);
  REQUIRE(lines.size() == 1 + 2 * 5 * 5);
  CHECK(lines[0] == "head,query,key,query_token,key_token,weight");
  CHECK(lines[1].starts_with("0,0,0,say,say,0."));
  CHECK(lines[2].starts_with("0,0,1,say,\"\"\"\",0."));
  CHECK(lines[5].starts_with("0,0,4,say,\",\",0."));
  CHECK(lines[50].starts_with("1,4,4,\",\",\",\",0."));
  CHECK(last_column(table, ',') == floats(read_npy(shell.path("w.npy"))));
  CHECK(last_column(shell.read("w.tsv"), '\t') == floats(read_npy(shell.path("w.npy"))));
  CHECK(lines_of(shell.read("w.tsv"))[5].starts_with("0\t0\t4\tsay\t,\t0."));
  const auto features = lines_of(shell.read("q.csv"));
  CHECK(features[0] == "head,position,feature,token,value");
  CHECK(features[4 * 5 + 2].starts_with("1,0,1,say,"));
  CHECK(last_column(shell.read("q.csv"), ',') == floats(read_npy(shell.path("q.npy"))));
  CHECK(lines_of(shell.read("b.csv"))[0] == "out_feature,value");
}

TEST_CASE("layers, sequences and chosen heads are columns, and rows of padding are left out") {
  const Shell shell;
  shell.output(planted +
               "--text 'the old dog' --text sat --layers all --heads 1,3 --save t.csv --save output=o.csv");
  const auto lines = lines_of(shell.read("t.csv"));
  CHECK(lines[0] == "sequence,layer,head,query,key,query_token,key_token,weight");
  CHECK(lines[1].starts_with("0,0,1,0,0,[CLS],[CLS],"));
  CHECK(lines.back().starts_with("1,1,3,2,2,[SEP],[SEP],"));
  CHECK(lines.size() == 1 + 2 * 2 * (5 * 5 + 3 * 3));
  CHECK(lines_of(shell.read("o.csv")).size() == 1 + 2 * (5 + 3) * 48);
}

TEST_CASE("words in place of tokens go into tables too") {
  const Shell shell;
  shell.output(planted + "--text \"the dog's road\" --words --save t.csv --save t.jsonl");
  CHECK(shell.read("t.csv").find(",the,dog,") != std::string::npos);
  CHECK(shell.read("t.jsonl").find(R"("keys":["[CLS]","the")") != std::string::npos);
}

TEST_CASE("JSON has every number of the tensors beside what the report says") {
  const Shell shell;
  const std::string run = small + "--text 'a b' --text c ";
  shell.output(run +
               "--save all.json --save weights,output=two.json --save weights=w.npy --save output=o.npy");
  for (const char* file : {"all.json", "two.json"}) {
    const JsonDocument document(shell.read(file), file);
    CHECK(numbers_of(document, "weights") == floats(read_npy(shell.path("w.npy"))));
    CHECK(numbers_of(document, "output") == floats(read_npy(shell.path("o.npy"))));
    CHECK(document.root().find("schema")->natural() == 1);
    CHECK(document.root().find("sequences")->size() == 2);
  }
}

TEST_CASE("a .jsonl has a record for each head of a map, and for each sequence of another tensor") {
  const Shell shell;
  shell.output(planted +
               "--text 'the dog' --text sat --layers 1 --save weights,query=r.jsonl --save query=q.npy");
  const auto lines = lines_of(shell.read("r.jsonl"));
  REQUIRE(lines.size() == 2 * 4 + 2);
  const JsonDocument map(lines[5], "line 6"), query(lines[8], "line 9");
  CHECK(map.root().find("tensor")->string() == "weights");
  CHECK(map.root().find("layer")->natural() == 1);
  CHECK(map.root().find("sequence")->natural() == 1);
  CHECK(map.root().find("head")->natural() == 1);
  CHECK(map.root().find("queries")->items()[1].string() == "sat");
  CHECK(map.root().find("data")->size() == 3);
  CHECK(map.root().find("data")->items()[2].size() == 3);
  CHECK(query.root().find("heads")->size() == 4);
  std::vector<float> numbers, all = floats(read_npy(shell.path("q.npy")));
  collect(*query.root().find("data"), numbers);
  all.resize(all.size() / 2);
  CHECK(numbers == all);
}

TEST_CASE("NaN and infinite are null in JSON, nan and -inf in tables") {
  const Shell shell;
  shell.output(small +
               "--text 'a b' --causal --key-mask 0,1 --masked-rows nan --save weights=w.csv --save "
               "scores=s.csv --save weights,scores=all.json");
  CHECK(lines_of(shell.read("w.csv"))[1] == "0,0,0,a,a,nan");
  CHECK(lines_of(shell.read("s.csv"))[2] == "0,0,1,a,b,-inf");
  CHECK(shell.read("all.json").find("[[null,null],[0,1]]") != std::string::npos);
  CHECK(std::isnan(numbers_of(JsonDocument(shell.read("all.json"), "all.json"), "weights")[0]));
}

TEST_CASE(".gz behind a format of text compresses it, to the same bytes each time") {
  const Shell shell;
  const std::string run = small + "--text 'a b c' --save ";
  for (const FileFormat& format : file_formats) {
    const std::string plain = fmt::format("f{}", format.extension), packed = plain + ".gz";
    CAPTURE(plain);
    if (!is_text(format.kind)) {
      check_error(shell.run(run + "weights=" + packed), 2, ".gz goes behind formats of text only: .csv");
      continue;
    }
    shell.output(run + "weights=" + plain + " --save weights=" + packed);
    CHECK(shell.output("gzip -dc " + packed) == shell.read(plain));
    const std::string first = shell.read(packed);
    shell.output(run + "weights=" + packed);
    CHECK(shell.read(packed) == first);
  }
}

TEST_CASE("tables of heads and links are saved by name, in the formats that take them") {
  const Shell shell;
  const std::string run = planted + "--text 'the old dog sat' --layers all ";
  for (const SavedTable& table : saved_tables) {
    for (const FileFormat& format : file_formats) {
      const std::string name = fmt::format("{}=t{}", table.name, format.extension);
      CAPTURE(name);
      if (format.write_table == nullptr) {
        check_error(shell.run(run + "--save " + name), 2, "is a table, which goes into: .csv");
      } else {
        shell.output(run + "--save " + name);
      }
    }
  }
  shell.output(run + "--save stats=s.csv --sort -entropy --save links=l.jsonl --top 3");
  const auto heads = lines_of(shell.read("s.csv"));
  CHECK(heads[0] == "layer,head,entropy,keys,largest,distance,first,self,previous,next,separators");
  CHECK(heads.size() == 1 + 2 * 4);
  CHECK(lines_of(shell.read("l.jsonl")).size() == 3);
  CHECK(shell.output(run + "--save stats=-").starts_with("layer,head,entropy"));
  check_error(shell.run(run + "--save stats,x=s.csv"), 2, "stats fills a file of its own");
  check_error(shell.run(run + "--save statz=s.csv"), 2, "did you mean 'stats'?");
  check_error(shell.run(run + "--save x,weights=s.csv"), 2, "not for x and weights");
}

TEST_CASE("a field is quoted where it must be") {
  const auto field = [](std::string_view text, char separator) {
    std::string line;
    append_field(line, text, separator);
    return line;
  };
  CHECK(field("plain text", ',') == "plain text");
  CHECK(field("", ',').empty());
  CHECK(field("a,b", ',') == "\"a,b\"");
  CHECK(field("a,b", '\t') == "a,b");
  CHECK(field("a\tb", '\t') == "\"a\tb\"");
  CHECK(field("\"", ',') == "\"\"\"\"");
  CHECK(field("a\nb", ',') == "\"a\nb\"");
  CHECK(field("a\rb", ',') == "\"a\rb\"");
}

TEST_CASE("in every format a failure leaves the earlier file whole and no other behind") {
  const Shell shell;
  std::string ids = "5";
  for (int i = 0; i < 99; ++i) ids += ",6";
  const std::string run = small + "--ids " + ids + " --overwrite --save weights=";
  std::vector<std::string> endings;
  for (const FileFormat& format : file_formats) {
    endings.emplace_back(format.extension);
    if (is_text(format.kind)) endings.push_back(fmt::format("{}{}", format.extension, gzip_extension));
  }
  for (const std::string& ending : endings) {
    CAPTURE(ending);
    const auto save = [&](const char* before, const char* name) {
      return shell.run(fmt::format("{} {}{}{}", before, run, name, ending));
    };
    shell.write(fmt::format("old{}", ending), "old");
    shell.output(fmt::format("mkdir dir{0}; ln -s /dev/full full{0}; mkfifo pipe{0}", ending));
    const auto before = shell.names();
    check_error(save("ulimit -f 1;", "old"), 4,
                fmt::format("old{}: cannot be written: File too large", ending));
    check_error(save("ulimit -f 1;", "new"), 4, "File too large");
    check_error(save("", "full"), 4, "cannot be written: No space left on device");
    check_error(save("", "no/new"), 4, "No such file or directory");
    check_error(save("", "dir"), 4, "Is a directory");
    const auto left = save(fmt::format("head -c 1 pipe{} > /dev/null &", ending).c_str(), "pipe");
    CHECK((left.status == 0 || left.status == 141));  // what is short may have gone into the pipe before
    CHECK(left.err.empty());
    CHECK(shell.read(fmt::format("old{}", ending)) == "old");
    CHECK(shell.names() == before);
  }
}
