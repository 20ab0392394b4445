// --save FILE.svg and FILE.png: what is on the pictures of attention.
#include <doctest/doctest.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "report/npy.h"
#include "support/command.h"
#include "support/svg.h"

using namespace mha;
using test::check_error;
using test::Shell;
using test::SvgGrid;

namespace {

const std::string small = "mha -q --config bert-tiny-uncased ";

/// The pixels of a .png, by libpng's own reader.
struct Pixels {
  explicit Pixels(const std::string& path) {
    image.version = PNG_IMAGE_VERSION;
    REQUIRE(png_image_begin_read_from_file(&image, path.c_str()) != 0);
    image.format = PNG_FORMAT_RGB;
    bytes.resize(PNG_IMAGE_SIZE(image));
    REQUIRE(png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr) != 0);
  }

  Colour at(std::size_t x, std::size_t y) const {
    REQUIRE((x < image.width && y < image.height));
    const std::uint8_t* pixel = bytes.data() + (y * image.width + x) * 3;
    return {pixel[0], pixel[1], pixel[2]};
  }

  png_image image{};
  std::vector<std::uint8_t> bytes;
};

/// The colour of every cell that a tensor [B, H, T, S] of weights must have, grid by grid.
std::vector<std::vector<Colour>> colours_of(const Tensor& weights) {
  const auto values = weights.as<double>();
  double most = 0;
  for (const double value : values) most = std::max(most, value);
  const std::size_t cells = weights.shape[2] * weights.shape[3];
  std::vector<std::vector<Colour>> colours;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % cells == 0) colours.emplace_back();
    colours.back().push_back(ColourScale(most).colour(values[i]));
  }
  return colours;
}

/// All pixels of a cell, two a unit.
void check_cell(const Pixels& pixels, const SvgGrid& grid, std::size_t row, std::size_t column) {
  const auto edge = [&](double origin, std::size_t index) {
    return static_cast<std::size_t>(std::lround(2 * (origin + static_cast<double>(index) * grid.side)));
  };
  bool same = true;
  for (std::size_t y = edge(grid.y, row); y < edge(grid.y, row + 1); ++y) {
    for (std::size_t x = edge(grid.x, column); x < edge(grid.x, column + 1); ++x) {
      same = same && pixels.at(x, y) == grid.cells[row * grid.columns + column];
    }
  }
  CHECK(same);
}

void check_same_picture(const Shell& shell, const std::string& name) {
  const std::string svg = shell.read(name + ".svg");
  const Pixels pixels(shell.path(name + ".png"));
  CHECK(svg.find("width=\"" + std::to_string(pixels.image.width / 2) + "\" height=\"" +
                 std::to_string(pixels.image.height / 2)) != std::string::npos);
  for (const SvgGrid& grid : test::grids_of(svg)) {
    for (std::size_t r = 0; r < grid.rows; ++r) {
      for (std::size_t c = 0; c < grid.columns; ++c) check_cell(pixels, grid, r, c);
    }
  }
}

}  // namespace

TEST_CASE("each cell of a picture has the colour of its weight, in .svg and .png alike") {
  const Shell shell;
  for (const char* options :
       {"--text 'time flies like an arrow' --heads 1", "--text 'time flies like an arrow'",
        "--text 'a b c' --context 'd e f g h'", "--ids 5,6,7 --causal --num-heads 8"}) {
    CAPTURE(options);
    shell.output(small + options + " --save weights=w.npy --save p.svg --save p.png");
    const std::string svg = shell.read("p.svg");
    test::check_well_formed(svg);
    const auto expected = colours_of(read_npy(shell.path("w.npy")));
    const auto grids = test::grids_of(svg);
    REQUIRE(grids.size() == expected.size());
    for (std::size_t i = 0; i < grids.size(); ++i) CHECK((grids[i].cells == expected[i]));
    check_same_picture(shell, "p");
  }
}

TEST_CASE("a picture says model, layer, head and text") {
  const Shell shell;
  shell.output("ln -s " MHA_SOURCE_DIR "/tests tests");
  const std::string model = "mha -q --model tests/golden/families/bert --ids 2,5,31,3 ";
  shell.output(model + "--layers -1 --heads 1 --save one.svg; " + model + "--layers all --save all.svg");
  const std::string one = shell.read("one.svg"), all = shell.read("all.svg");
  CHECK(one.find("<title>tests/golden/families/bert: layer 1 head 1</title>") != std::string::npos);
  CHECK(all.find("<title>tests/golden/families/bert: weights of layers 0-1, heads 0-1</title>") !=
        std::string::npos);
  CHECK(all.find(">tests/golden/families/bert: weights of layers 0-1, heads 0-1</text>") !=
        std::string::npos);
  const auto grids = test::grids_of(all);
  REQUIRE(grids.size() == 4);
  CHECK(grids[1].title == "layer 0 head 1");
  CHECK(grids[2].title == "layer 1 head 0");
  // A row a layer, a column a head.
  CHECK(grids[0].y == grids[1].y);
  CHECK(grids[0].x == grids[2].x);
  CHECK(grids[2].y > grids[0].y);
  shell.output(small + "--text 'time flies' --seed 3 --heads 0 --save text.svg --save text.png");
  for (const char* words :
       {"role=\"img\"", "aria-label=\"random weights, seed 3: head 0\"", ">time flies</text>", ">time</text>",
        ">flies</text>", ">rows: queries, columns: keys</text>"}) {
    CHECK(shell.read("text.svg").find(words) != std::string::npos);
  }
  CHECK(shell.read("text.png").find("random weights, seed 3: head 0") != std::string::npos);
}

TEST_CASE("a picture of what is given in place of text says which files it is from") {
  const Shell shell;
  shell.output(small + "--ids 5,6 --save query=q.npy --save key=k.npy --save embeddings=e.npy");
  shell.output("mha -q --query q.npy --key k.npy --save heads.svg --save heads.png");
  CHECK(shell.read("heads.svg").find("<title>query q.npy, key k.npy: weights of heads 0-1</title>") !=
        std::string::npos);
  check_same_picture(shell, "heads");
  shell.output(small + "--embeddings e.npy --save e.svg");
  CHECK(shell.read("e.svg").find(">embeddings e.npy</text>") != std::string::npos);
  CHECK(shell.output("mha --query q.npy --key k.npy --heads 0 --format heatmap").starts_with("head 0\n"));
}

TEST_CASE("the bytes of a picture depend on nothing but the run") {
  const Shell shell;
  const std::string line =
      small + "--text 'naïve שלום مرحبا 你好 🙂' --save a.svg --save a.png";
  shell.output(line + " --threads 1");
  const std::string svg = shell.read("a.svg"), png = shell.read("a.png");
  for (const char* change :
       {"", "export LC_ALL=tr_TR.UTF-8;", "export FREETYPE_PROPERTIES=cff:no-stem-darkening=0;",
        "unset HOME TERM;", "export SOURCE_DATE_EPOCH=1 TZ=Asia/Tokyo;"}) {
    shell.output(change + line + " --threads 4");
    CHECK(shell.read("a.svg") == svg);
    CHECK(shell.read("a.png") == png);
  }
}

TEST_CASE("whatever a text holds, the .svg is well-formed and the .png is drawn") {
  const Shell shell;
  for (const char* text :
       {"a < b && c > \"d\"", "]]> <!-- --> &#0; &amp;", "\x01\x1b[31m \x7f", "\u202eabc\u2066",
        "\uFFFE \uFFFF \uFDD0", "नमस्ते ไทย 한국어", "👩‍👩‍👧 x̂ ﷽"}) {
    CAPTURE(text);
    const std::string file = shell.write("text", text);
    shell.output(small + "--tokenizer english --text-file text --save a.svg --save a.png");
    test::check_well_formed(shell.read("a.svg"));
    check_same_picture(shell, "a");
  }
  CHECK(shell.read("a.svg").find("\xEF\xBF\xBE") == std::string::npos);
}

TEST_CASE("labels are drawn where a cell has room for them, and once for a row of maps") {
  const Shell shell;
  const auto count = [&](const std::string& word) {
    const std::string svg = shell.read("a.svg");
    std::size_t times = 0;
    for (auto at = svg.find(word); at != std::string::npos; at = svg.find(word, at + 1)) ++times;
    return times;
  };
  const std::string three = "--text 'time flies fast' --save a.svg";
  shell.output(small + three + " --heads 0");
  CHECK(count(">fast</text>") == 2);
  shell.output(small + three + " --num-heads 4");
  CHECK(count(">fast</text>") == 2 + 2);  // beside two rows of maps, above two columns
  std::string longer;
  for (int i = 0; i < 60; ++i) longer += "time ";
  shell.output(small + "--num-heads 16 --text '" + longer + "' --save a.svg");
  CHECK(count(">time</text>") == 0);
  shell.output(small + "--heads 0 --text '" + longer + "' --save a.svg");
  CHECK(count(">time</text>") == 120);
}

TEST_CASE("a batch is one picture, a sequence below the other") {
  const Shell shell;
  shell.output(small + "--text 'a b' --text 'a b c d' --save a.svg --save a.png");
  const auto grids = test::grids_of(shell.read("a.svg"));
  REQUIRE(grids.size() == 4);
  CHECK(grids[0].rows == 2);
  CHECK(grids[2].rows == 4);
  CHECK(grids[2].y > grids[0].y + 2 * grids[0].side);
  CHECK(shell.read("a.svg").find(">sequence 2: a b c d</text>") != std::string::npos);
  check_same_picture(shell, "a");
}

TEST_CASE("what is no number is grey, and all zeros are dark") {
  const Shell shell;
  shell.run(small + "--ids 5,6 --heads 0 --query-mask 1,0 --masked-rows nan --save a.svg");
  auto cells = test::grids_of(shell.read("a.svg")).at(0).cells;
  CHECK(cells[2] == no_number);
  CHECK(cells[0] != no_number);
  shell.run(small + "--ids 5,6 --heads 0 --query-mask 0,0 --save a.svg");
  cells = test::grids_of(shell.read("a.svg")).at(0).cells;
  for (const Colour cell : cells) CHECK((cell == colour_of_step(0)));
}

TEST_CASE("a picture takes attention, of one kind, and no more than it can show") {
  const Shell shell;
  check_error(shell.run(small + "--ids 5 --save query=a.svg"), 2, "a .svg shows attention, not query");
  check_error(shell.run(small + "--ids 5 --save scores=a.png"), 2, "there are: weights");
  check_error(shell.run(small + "--ids 5 --save weights,x=a.png"), 2, "not x");
  check_error(shell.run(small + "--ids 5 --save weigths=a.png"), 2, "weights");
  std::string ids = "5";
  for (int i = 1; i < 1200; ++i) ids += ",5";
  test::check_quick_error(shell.run(small + "--heads 0 --ids " + ids + " --save a.svg"), 5,
                          "a .svg draws up to 1000000 numbers, and weights is 1x1x1200x1200");
  for (int i = 1200; i < 4200; ++i) ids += ",5";
  test::check_quick_error(shell.run(small + "--heads 0 --ids " + ids + " --save a.png"), 5, "up to 16000000");
  const std::string many = "yes 'a b c d e f g h' | head -n 2000 | " + small;
  check_error(shell.run(many + "--save a.png"), 5, "pixels; the most are 64 million");
  CHECK(shell.names().empty());
  for (const char* name : {"a.svg", "a.png"}) {
    shell.write(name, shell.output(small + "--ids 5 --save " + name + "; cat " + name));
    const std::string old = shell.read(name);
    check_error(shell.run("ulimit -f 1; " + small + "--text 'a b c d' --save " + name), 4, "File too large");
    CHECK(shell.read(name) == old);
  }
}

TEST_CASE("the pictures of the README are what its commands make") {
  const Shell shell;
  shell.output("ln -s " MHA_SOURCE_DIR "/tests tests; ln -s " MHA_SOURCE_DIR "/docs docs");
  const std::string line =
      "mha -q --model tests/golden/planted --text \"The animal didn't cross the street because it was too "
      "tired\" ";
  shell.output(line + "--heads 3 --save head.svg");
  CHECK(shell.read("head.svg") == shell.read("docs/pictures/head.svg"));
  shell.output(line + "--layers all --save heads.png");
  CHECK((Pixels(shell.path("heads.png")).bytes == Pixels(shell.path("docs/pictures/heads.png")).bytes));
}
