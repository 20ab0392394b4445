// mha diff: which tensors are compared, what is said of them, and the exit status.
#include <doctest/doctest.h>

#include <string>

#include "support/command.h"
#include "support/words.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::holds;
using test::Outcome;
using test::Shell;

namespace {

const std::string small = "mha -q --text 'a b' --hidden-size 8 --num-heads 2 ";

/// a and b: the same run in float32 and float64. c: other weights. o.npy: the output of a.
struct Files {
  Shell shell;
  Files() {
    shell.output(small + "--save a.safetensors --save output=o.npy");
    shell.output(small + "--dtype float64 --save b.safetensors");
    shell.output(small + "--seed 1 --save c.safetensors --save x,output=some.safetensors");
  }
};

}  // namespace

TEST_CASE("a file agrees with itself in every tensor") {
  const Files files;
  const std::string text = files.shell.output("mha diff a.safetensors a.safetensors");
  CHECK(holds(text, "equal        query.weight   8x8\n"));
  CHECK(holds(text, "17 tensors: 17 equal; close is |A-B| <= 1e-08 + 1e-05 |B|\n"));
  CHECK(files.shell.output("mha diff o.npy o.npy") ==
        "equal        array  1x2x8\n1 tensor: 1 equal; close is |A-B| <= 1e-08 + 1e-05 |B|\n");
}

TEST_CASE("the tolerance decides what is close, and so the exit status") {
  const Files files;
  CHECK(holds(files.shell.output("mha diff a.safetensors b.safetensors"), "close        output"));
  const Outcome exact = files.shell.run("mha diff a.safetensors b.safetensors --atol 0 --rtol 0");
  CHECK(exact.status == 1);
  CHECK(holds(exact.out, "differs      output"));
  CHECK(holds(exact.out, "equal        query.weight"));
  CHECK(exact.err.starts_with(
      "mha: 8 of 17 tensors disagree; the first is heads: differs, 1x2x2x4, max |A-B| "));
  const Outcome quiet = files.shell.run("mha diff a.safetensors b.safetensors --atol 0 --rtol 0 -q");
  CHECK(quiet.status == 1);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());
}

TEST_CASE("tensors of one side only, and of other shapes, are named") {
  const Files files;
  const Outcome missing = files.shell.run("mha diff some.safetensors c.safetensors --ignore '*.*'");
  CHECK(missing.status == 1);
  CHECK(holds(missing.out, "only in B    embeddings  1x2x8\n"));
  CHECK(holds(missing.out, "equal        x           1x2x8\n"));
  CHECK(holds(missing.out, "9 tensors: 2 equal, 7 only in B;"));
  CHECK(holds(files.shell.run("mha diff c.safetensors some.safetensors").out, "only in A    value.weight"));
  files.shell.output("mha -q --text 'a b c' --hidden-size 8 --num-heads 2 --save long.safetensors");
  const Outcome longer = files.shell.run("mha diff a.safetensors long.safetensors --tensor output");
  CHECK(longer.status == 1);
  CHECK(longer.out.starts_with("other shape  output  1x2x8 in A, 1x3x8 in B\n"));
}

TEST_CASE(
    "an array without a name is compared with the only tensor of the other file, or the one that is chosen") {
  const Files files;
  CHECK(holds(files.shell.output("mha diff o.npy a.safetensors --tensor output"),
              "equal        output  1x2x8\n"));
  CHECK(holds(files.shell.output("mha diff a.safetensors o.npy --ignore '[!o]*' --ignore '*.*'"),
              "equal        output"));
  check_error(files.shell.run("mha diff o.npy a.safetensors"), 2, "choose one with --tensor NAME");
  check_error(files.shell.run("mha diff a.safetensors a.safetensors --ignore '*'"), 2,
              "no tensor to compare");
}

TEST_CASE("a run takes the place of the second file") {
  const Files files;
  const std::string run = " -- --text 'a b' --hidden-size 8 --num-heads 2";
  CHECK(holds(files.shell.output("mha diff a.safetensors" + run), "17 tensors: 17 equal"));
  CHECK(holds(files.shell.output("mha diff o.npy --tensor output" + run), "equal        output"));
  CHECK(files.shell.run("mha diff a.safetensors -q" + run + " --seed 1").status == 1);
  check_error(files.shell.run("mha diff o.npy" + run), 2, "--tensor NAME");
  check_error(files.shell.run("mha diff a.safetensors -- --text 'a b' --num-heads 7"), 2, "does not divide");
  check_error(files.shell.run("mha diff a.safetensors -- tokenize --text a"), 2, "the options of a run");
  check_error(files.shell.run("TMPDIR=/nowhere mha diff a.safetensors" + run), 4, "TMPDIR");
  const std::string left = "mkdir t; TMPDIR=$PWD/t mha diff a.safetensors -q" + run + "; ls t";
  CHECK(files.shell.output(left).empty());
}

TEST_CASE("as JSON there is one document, with null for what no number says") {
  const Files files;
  const std::string json = "mha diff a.safetensors c.safetensors --format json 2>&- | jq -c ";
  CHECK(files.shell.output(json + "'[.agree, (.tensors | length)]'") == "[false,17]\n");
  CHECK(files.shell.output(
            json + "'.tensors[] | select(.name == \"output.bias\") | [.relation, .shape_a, .count]'") ==
        "[\"differs\",[8],8]\n");
  CHECK(files.shell.output("mha diff o.npy o.npy --format json | jq -c '.tensors[0] | [.name, .relation, "
                           ".max_abs, .max_abs_at, .cosine]'") == "[null,\"equal\",0,null,1]\n");
  CHECK(files.shell.output(
            "mha diff some.safetensors c.safetensors --tensor value --format json 2>&- | jq -c '.tensors'") ==
        "[{\"name\":\"value\",\"relation\":\"only_in_b\",\"shape_a\":null,\"shape_b\":[1,2,2,4]}]\n");
}

TEST_CASE("what cannot be compared is refused in one line") {
  const Files files;
  const Shell& shell = files.shell;
  check_quick_error(shell.run("mha diff"), 2, "0 files are given");
  check_quick_error(shell.run("mha diff o.npy"), 2, "1 file is given");
  check_quick_error(shell.run("mha diff o.npy o.npy o.npy"), 2,
                    "unexpected argument 'o.npy'; see mha diff --help");
  check_quick_error(shell.run("mha diff o.npy o.pt"), 2, "not from '.pt'");
  check_quick_error(shell.run("mha diff o.npy nope.npy"), 4, "nope.npy: cannot be read");
  check_quick_error(shell.run("mha diff o.npy o.npy --atol -1"), 2, "--atol");
  check_quick_error(shell.run("mha diff o.npy o.npy --rtol inf"), 2, "--rtol");
  check_quick_error(shell.run("head -c 100 o.npy > cut.npy; mha diff o.npy cut.npy"), 3, "cut.npy");
  check_quick_error(shell.run("head -c 99 a.safetensors > cut.safetensors; mha diff cut.safetensors o.npy"),
                    3, "cut.safetensors");
  check_quick_error(shell.run("mha diff o.npy o.npy > /dev/full"), 4, "standard output");
}
