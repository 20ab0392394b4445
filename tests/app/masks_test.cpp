// Masks from options and files.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "report/npy.h"
#include "support/command.h"
#include "support/npy.h"

using namespace mha;
using test::bytes_of;
using test::check_error;
using test::npy;
using test::Shell;

namespace {

const std::string run = "mha --quiet --text 'a b c' --hidden-size 8 --num-heads 2 ";

/// Which weights of a run are not zero, as "100 110 111" for the first head of the first sequence.
std::string pattern(const Shell& shell, const std::string& options) {
  const auto outcome = shell.run(run + options + " --save weights=weights.npy");
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  const Tensor weights = read_npy(shell.path("weights.npy"));
  const std::size_t keys = weights.shape[3];
  std::string text;
  for (std::size_t i = 0; i < weights.shape[2] * keys; ++i) {
    if (i > 0 && i % keys == 0) text += ' ';
    text += weights.as<double>()[i] == 0 ? '0' : '1';
  }
  return text;
}

const std::string lower = "100 110 111";

template <class T>
std::string lower_bytes() {
  return bytes_of(std::vector<T>{1, 0, 0, 1, 1, 0, 1, 1, 1});
}

/// The same with the bytes of each number turned round.
template <class T>
std::string turned(std::string bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(T)) {
    std::reverse(bytes.begin() + static_cast<long>(i), bytes.begin() + static_cast<long>(i + sizeof(T)));
  }
  return bytes;
}

}  // namespace

TEST_CASE("masks say who attends to whom, and all that are given are combined") {
  const Shell shell;
  CHECK(pattern(shell, "") == "111 111 111");
  CHECK(pattern(shell, "--causal") == lower);
  CHECK(pattern(shell, "--window 1") == "110 111 011");
  CHECK(pattern(shell, "--window 2 --causal") == "100 110 011");
  CHECK(pattern(shell, "--window 18446744073709551615 --causal") == lower);
  CHECK(pattern(shell, "--key-mask 1,0,1") == "101 101 101");
  CHECK(pattern(shell, "--query-mask 1,0,1") == "111 000 111");
  CHECK(pattern(shell, "--causal --key-mask 1,0,1 --query-mask 0,1,1") == "000 100 101");
}

TEST_CASE("a mask from a file may be bool, integers or floats, in either order of bytes and dimensions") {
  const Shell shell;
  const auto from = [&](const std::string& file) {
    shell.write("mask.npy", file);
    return pattern(shell, "--mask mask.npy");
  };
  CHECK(from(npy("|b1", "3, 3", lower_bytes<std::uint8_t>())) == lower);
  CHECK(from(npy("|i1", "3, 3", lower_bytes<std::int8_t>())) == lower);
  CHECK(from(npy("<u2", "3, 3", lower_bytes<std::uint16_t>())) == lower);
  CHECK(from(npy("<i8", "3, 3", lower_bytes<std::int64_t>())) == lower);
  CHECK(from(npy("<f4", "3, 3", lower_bytes<float>())) == lower);
  CHECK(from(npy("<f8", "3, 3", lower_bytes<double>())) == lower);
  CHECK(from(npy(">i4", "3, 3", turned<std::int32_t>(lower_bytes<std::int32_t>()))) == lower);
  CHECK(from(npy(">f8", "3, 3", turned<double>(lower_bytes<double>()))) == lower);
  CHECK(from(npy("|b1", "3, 3", lower_bytes<std::uint8_t>(), true)) == "111 011 001");
  CHECK(from(npy("|b1", "1, 3, 3", lower_bytes<std::uint8_t>())) == lower);
  CHECK(from(npy("|b1", "1, 1, 3, 3", lower_bytes<std::uint8_t>())) == lower);
  CHECK(from(npy("|b1", "1, 2, 3, 3", lower_bytes<std::uint8_t>() + std::string(9, '\1'))) == lower);
  CHECK(shell.run(run + "--mask mask.npy --check finite").status == 0);
}

TEST_CASE("a mask file that does not fit is refused with what it is and what is wanted") {
  const Shell shell;
  const auto refused = [&](const std::string& file, const char* words) {
    shell.write("mask.npy", file);
    check_error(shell.run(run + "--mask mask.npy"), 3, words);
  };
  const std::string ones(9, '\1');
  refused(npy("|b1", "3, 2", ones.substr(3)), "the mask is 3x2, but this run needs 3x3, 1x3x3 or 1x2x3x3");
  refused(npy("|b1", "9,", ones), "the mask is 9, but");
  refused(npy("|b1", "", "\1"), "the mask is scalar, but");
  refused(npy("|b1", "0, 3", ""), "the mask is 0x3, but");
  refused(npy("|b1", "1, 1, 1, 3, 3", ones), "the mask is 1x1x1x3x3, but");
  refused(npy("|b1", "1, 3, 3, 3", ones + ones + ones), "the mask is 1x3x3x3, but");
  refused(npy("|i1", "3, 3", "\1\1\1\1\2\1\1\1\1"), "2 at [1, 1]; a mask holds 1 (attend) and 0");
  std::vector<float> floats(9, 1.0F);
  floats[5] = std::numeric_limits<float>::quiet_NaN();
  refused(npy("<f4", "3, 3", bytes_of(floats)), "nan at [1, 2]");
  floats[5] = -std::numeric_limits<float>::infinity();
  refused(npy("<f4", "3, 3", bytes_of(floats)), "-inf at [1, 2]");
  floats[5] = 0.5F;
  refused(npy("<f4", "3, 3", bytes_of(floats)), "0.5 at [1, 2]");
}

TEST_CASE("what is no .npy file of numbers is refused with the reason") {
  const Shell shell;
  const auto refused = [&](const std::string& file, const char* words) {
    shell.write("mask.npy", file);
    check_error(shell.run(run + "--mask mask.npy"), 3, words);
  };
  const std::string good = npy("|b1", "3, 3", std::string(9, '\1'));
  refused("", "not a .npy file");
  refused("1,1,1\n", "not a .npy file");
  refused(good.substr(0, 9), "not a .npy file");
  refused(good.substr(0, 40), "is it truncated?");
  refused(good.substr(0, good.size() - 1), "3x3 of |b1 need 9 bytes, but the file holds 8; is it truncated?");
  refused(good + "x", "need 9 bytes, but the file holds 10");
  refused(npy("|O", "3, 3", std::string(72, '\0')), "numbers of type '|O' are not read");
  refused(npy("<U1", "3, 3", std::string(36, '\0')), "numbers of type '<U1' are not read");
  refused(npy("<c8", "3, 3", std::string(72, '\0')), "numbers of type '<c8' are not read");
  refused(test::npy_file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", ""),
          "structured type");
  refused(test::npy_file("{'descr': '<f4', 'shape': (3,), }", ""), "damaged");
  refused(test::npy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } (4,)", ""), "damaged");
  refused(test::npy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }", ""), "damaged");
  shell.write("mask.npy", npy("<f8", "4294967296, 4294967296", ""));
  check_error(shell.run(run + "--mask mask.npy"), 5, "more than a 64-bit size can count");
  check_error(shell.run(run + "--mask missing.npy"), 4, "missing.npy: cannot be read: No such file");
  check_error(shell.run(run + "--mask ."), 4, "Is a directory");
}

TEST_CASE("masks of tokens are as many as the sequences, or one for all, and as long") {
  const Shell shell;
  CHECK(shell.output("mha -q --text 'a b' --text 'c' --key-mask 1,0 --key-mask 1").empty());
  check_error(shell.run(run + "--key-mask 1,0"), 3, "--key-mask has 2 values, but sequence 1 has 3 keys");
  check_error(shell.run(run + "--query-mask 1,0,1,1"), 3, "--query-mask has 4 values");
  check_error(shell.run(run + "--key-mask 1,1,1 --key-mask 1,1,1"), 3, "given 2 times for 1 sequences");
  for (const char* wrong : {"1,2,1", "1,,1", "''", "yes", "1,1,0.5"}) {
    CAPTURE(wrong);
    check_error(shell.run(run + "--key-mask " + wrong), 2, "a mask is a list of 1 (attend) and 0");
  }
  check_error(shell.run(run + "--window 0"), 2, "--window '0'");
}

TEST_CASE("a query that may attend to nothing weighs zero, NaN or the same everywhere, with a note") {
  const Shell shell;
  const auto weights = [&](const std::string& options) {
    const auto outcome = shell.run(
        "mha --text 'a b' --hidden-size 8 --num-heads 2 --query-mask 0,1 "
        "--save weights=w.npy " +
        options);
    CHECK(outcome.status == 0);
    if (options.find("-q") == std::string::npos) {
      CHECK(outcome.err.starts_with("mha: note: 2 rows of weights may attend to no key: their weights are "));
      CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
    } else {
      CHECK(outcome.err.empty());
    }
    const Tensor tensor = read_npy(shell.path("w.npy"));
    CHECK(tensor.as<double>()[2] + tensor.as<double>()[3] == doctest::Approx(1).epsilon(1e-6));
    return tensor.as<double>()[0];
  };
  for (const char* dtype : {"float32", "float64"}) {
    const std::string rows = std::string("--dtype ") + dtype + " --masked-rows ";
    CHECK(weights(rows + "zero") == 0);
    CHECK(std::isnan(weights(rows + "nan")));
    CHECK(weights(rows + "uniform") == 0.5);
    CHECK(weights(rows + "zero -q") == 0);
  }
}

TEST_CASE("what is masked weighs exactly nothing in either arithmetic") {
  const Shell shell;
  for (const char* dtype : {"float32", "float64"}) {
    CAPTURE(dtype);
    shell.output(
        "mha -q --ids 5,6,7,8,9,10,11,12,13 --causal --hidden-size 16 --num-heads 2 --save weights=w.npy "
        "--dtype " +
        std::string(dtype));
    const Tensor weights = read_npy(shell.path("w.npy"));
    for (std::size_t i = 0; i < weights.as<double>().size(); ++i) {
      if (i % 9 > i / 9 % 9) CHECK(weights.as<double>()[i] == 0);
    }
  }
}

TEST_CASE("a mask is read from every file that holds tensors") {
  const Shell shell;
  const std::string small = "mha -q --ids 5,6,7 --hidden-size 8 --num-heads 2 ";
  // A window of one token leaves each token itself: weights that are a mask.
  const std::string own = small + "--causal --window 1 --save weights=";
  shell.output(own + "mask.npy --save weights=mask.npz --save weights=mask.safetensors --save many.npz");
  shell.output(small + "--mask mask.npy --save weights=wanted.npy");
  CHECK(shell.read("wanted.npy") == shell.read("mask.npy"));
  for (const char* file : {"mask.npz", "mask.safetensors"}) {
    CAPTURE(file);
    shell.output(small + "--save weights=found.npy --mask " + file);
    CHECK(shell.read("found.npy") == shell.read("mask.npy"));
  }
  CHECK(shell.output("mkfifo pipe; cat mask.npy > pipe & " + small + "--get weights --mask pipe") ==
        "1x2x3x3\n");
  check_error(shell.run(small + "--mask many.npz"), 3, "none is named 'mask'");
  shell.output(own + "mask.npz");
  shell.output("head -c 200 mask.npz > short.npz");
  check_error(shell.run(small + "--mask short.npz"), 3, "short.npz");
}
