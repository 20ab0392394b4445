// The ladder of folders: an include may only point to the folder itself or to one below it.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace fs = std::filesystem;

namespace {

// checkpoint may use kernel: drawing PyTorch's random numbers and widening 16-bit weights are vector work.
const std::map<std::string, std::set<std::string>> allowed = {
    {"base", {}},
    {"kernel", {"base"}},
    {"tokenizer", {"base"}},
    {"checkpoint", {"base", "kernel"}},
    {"attention", {"base", "kernel"}},
    {"model", {"base", "kernel", "tokenizer", "checkpoint", "attention"}},
    {"report", {"base", "kernel", "tokenizer", "checkpoint", "attention", "model"}},
    {"bench", {"base", "kernel", "tokenizer", "checkpoint", "attention", "model"}},
};

// Each foreign library has one door.
const std::map<std::string, std::set<std::string>> doors = {
    {"CLI/", {"app/options.cpp", "app/options/adder.cpp", "app/options/table.cpp"}},
    {"fribidi", {"lib/report/picture/text.cpp"}},
    {"ft2build", {"lib/report/picture/font.cpp"}},
    {"png.h", {"lib/report/picture/png.cpp"}},
    {"zlib.h", {"lib/report/gzip.cpp", "lib/report/inflate.cpp"}},
    {"minizip/", {"lib/report/zip_reader.cpp", "lib/report/zip_writer.cpp"}},
    {"oniguruma", {"lib/tokenizer/unicode/regex.cpp"}},
    {"sentencepiece", {"lib/tokenizer/sentencepiece/sentencepiece.cpp"}},
    {"simdjson", {"lib/base/json.cpp"}},
    {"utf8proc", {"lib/tokenizer/bert/bert_unicode.cpp", "lib/tokenizer/unicode/unicode.cpp"}},
};

template <class Visit>
void each_include(const char* folder, Visit visit) {
  static const std::regex include(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(MHA_SOURCE_DIR) / folder)) {
    const std::string suffix = entry.path().extension();
    if (suffix != ".h" && suffix != ".cpp") continue;
    std::ifstream file(entry.path());
    const std::string place = fs::relative(entry.path(), MHA_SOURCE_DIR);
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, match, include)) visit(place, match[1] == "\"", match[2].str());
    }
  }
}

}  // namespace

TEST_CASE("every include in lib points down the ladder") {
  std::size_t seen = 0;
  each_include("lib", [&](const std::string& place, bool quoted, const std::string& included) {
    if (!quoted) return;
    ++seen;
    const fs::path path(place);
    const std::string folder = *std::next(path.begin());
    const std::string target = *fs::path(included).begin();
    CAPTURE(place);
    CAPTURE(included);
    REQUIRE(allowed.count(folder) == 1);
    CHECK((target == folder || allowed.at(folder).count(target) == 1));
    CHECK_MESSAGE(fs::exists(fs::path(MHA_SOURCE_DIR) / "lib" / included),
                  "an include is the path under lib/");
  });
  CHECK(seen > 0);
}

TEST_CASE("each foreign library is included behind its own door only") {
  for (const char* folder : {"lib", "app"}) {
    each_include(folder, [&](const std::string& place, bool quoted, const std::string& included) {
      if (quoted) return;
      for (const auto& [library, places] : doors) {
        if (!included.starts_with(library)) continue;
        bool inside = false;
        for (const std::string& door : places) inside = inside || place.starts_with(door);
        CHECK_MESSAGE(inside, place << " includes <" << included << ">");
      }
    });
  }
}
