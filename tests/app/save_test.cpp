// --save: what is in the files, and what becomes of the places they are saved to.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "model/tensors.h"
#include "report/files.h"
#include "report/npy.h"
#include "support/command.h"
#include "support/file_formats.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::check_error;
using test::safetensors;
using test::Shell;
namespace fs = std::filesystem;

namespace {

/// A small run that says nothing.
const std::string run = "mha --quiet --text 'a b' --hidden-size 8 --num-heads 2 ";
const std::string save = run + "--save output=";

/// A file of an earlier run, as far as its first bytes tell.
const std::string old = "\x93NUMPY, old";

unsigned mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a tensor saved as .npy is read back with its shape and numbers") {
  const Shell shell;
  CHECK(shell.output("mha -q --text 'time flies' --save weights=w.npy").empty());
  const Tensor weights = read_npy(shell.path("w.npy"));
  CHECK(weights.shape == Shape{1, 12, 2, 2});
  const auto values = weights.as<double>();
  for (std::size_t row = 0; row < values.size(); row += 2) {
    CHECK(values[row] + values[row + 1] == doctest::Approx(1).epsilon(1e-6));
  }
  const std::string file = shell.read("w.npy");
  CHECK(file.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  CHECK((file.size() - 12 * 2 * 2 * 4) % 64 == 0);
  CHECK(file.find("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 12, 2, 2), }") == 10);
}

TEST_CASE("without a name all tensors are saved, each under its own, in a layout without holes") {
  const Shell shell;
  CHECK(shell.output(run + "--save all.safetensors").empty());
  const auto entries = safetensors(shell.read("all.safetensors"));
  std::size_t wanted = 0;
  for (const auto* table : {&activation_names(), &parameter_names()}) {
    for (const TensorName& tensor : *table) {
      if (!exists(tensor, {})) continue;
      CAPTURE(tensor.name);
      REQUIRE(entries.contains(std::string(tensor.name)));
      CHECK(entries.at(std::string(tensor.name)).dtype == "F32");
      ++wanted;
    }
  }
  CHECK(entries.size() == wanted);
  CHECK(entries.at("query.weight").shape == Shape{8, 8});
  CHECK(entries.at("output.bias").shape == Shape{8});
  CHECK(entries.at("weights").shape == Shape{1, 2, 2, 2});
}

TEST_CASE("every tensor is the same in every file format, alone and among all") {
  const Shell shell;
  const std::string cross = "mha -q --text 'a b' --context 'c d e' --hidden-size 8 --num-heads 2 ";
  shell.output(cross + "--save all.safetensors");
  const auto all = safetensors(shell.read("all.safetensors"));
  std::string line = cross;
  for (const auto& [name, entry] : all) line += " --save " + name + "=" + name + ".npy";
  for (const auto& [name, entry] : all) line += " --save " + name + "=" + name + ".safetensors";
  shell.output(line);
  CHECK(all.contains("context"));
  for (const auto& saved : all) {
    const auto& [name, entry] = saved;
    CAPTURE(saved.first);
    CHECK(shell.read(name + ".npy").ends_with(entry.bytes));
    CHECK(read_npy(shell.path(name + ".npy")).shape == entry.shape);
    const auto alone = safetensors(shell.read(name + ".safetensors"));
    REQUIRE(alone.size() == 1);
    CHECK(alone.at(name).bytes == entry.bytes);
  }
}

TEST_CASE("every file format is named in the help and by the error for an unknown one") {
  const Shell shell;
  const std::string help = shell.output("mha --help");
  for (const FileFormat& format : file_formats) {
    CHECK(help.find(format.extension) != std::string::npos);
    CHECK(shell.output(run + "--save " + test::tensor_for(format) + "=a" + std::string(format.extension))
              .empty());
    check_error(shell.run(save + "a.nps"), 2, format.extension);
  }
  check_error(shell.run(save + "a"), 2, "unknown extension ''");
}

TEST_CASE("a .npz holds the arrays of the .safetensors, deflated on request, through a pipe too") {
  const Shell shell;
  shell.output(run + "--save all.safetensors --save all.npz");
  shell.output(run + "--compress --save small.npz; mkfifo pipe.npz; cat pipe.npz > read.npz & " + run +
               "--save pipe.npz; wait");
  for (const char* file : {"all.npz", "small.npz"}) {
    CHECK(shell.output(std::string("mha diff all.safetensors ") + file)
              .ends_with("17 equal; close is |A-B| <= 1e-08 + 1e-05 |B|\n"));
  }
  CHECK(shell.read("read.npz") == shell.read("all.npz"));
  CHECK(shell.read("small.npz").size() < shell.read("all.npz").size());
  check_error(shell.run(save + "a.npy --compress"), 2, "--compress makes a .npz smaller, but none is saved");
}

TEST_CASE("float64 is saved as float64, near the float32 numbers") {
  const Shell shell;
  shell.output(save + "single.npy --save output,output.bias=both.safetensors");
  shell.output(save + "double.npy --save output,output.bias=wide.safetensors --dtype float64");
  const Tensor one = read_npy(shell.path("single.npy")), two = read_npy(shell.path("double.npy"));
  REQUIRE(one.shape == two.shape);
  for (std::size_t i = 0; i < one.as<double>().size(); ++i) {
    CHECK(one.as<double>()[i] == doctest::Approx(two.as<double>()[i]).epsilon(1e-5));
  }
  CHECK(shell.read("double.npy").find("'<f8'") != std::string::npos);
  const auto wide = safetensors(shell.read("wide.safetensors"));
  CHECK(wide.at("output").dtype == "F64");
  CHECK(wide.at("output.bias").dtype == "F32");
  CHECK(wide.at("output.bias").bytes == safetensors(shell.read("both.safetensors")).at("output.bias").bytes);
}

TEST_CASE("rows of padding are zero, and scores of padding keys are masked") {
  const Shell shell;
  shell.output(
      "mha -q --ids 5,6,7 --ids 8 --hidden-size 8 --num-heads 2 --save output=o.npy --save scores=s.npy");
  const Tensor output = read_npy(shell.path("o.npy")), scores = read_npy(shell.path("s.npy"));
  REQUIRE(output.shape == Shape{2, 3, 8});
  for (std::size_t i = 4 * 8; i < 6 * 8; ++i) CHECK(output.as<double>()[i] == 0);
  const double* row = scores.as<double>().data() + 2 * 3 * 3;
  CHECK(std::isfinite(row[0]));
  CHECK(row[1] == -INFINITY);
  CHECK(row[2] == -INFINITY);
}

TEST_CASE("standard output takes the bytes of the file in place of the report") {
  const Shell shell;
  shell.output(save + "o.npy --save all.safetensors");
  const std::string loud = "mha --text 'a b' --hidden-size 8 --num-heads 2 ";
  CHECK(shell.output(loud + "--save output=-") == shell.read("o.npy"));
  CHECK(shell.output(loud + "--save -") == shell.read("all.safetensors"));
  CHECK(shell.output(loud + "--save output=/dev/stdout") == shell.read("o.npy"));
  CHECK(shell.output(loud + "--save /dev/stdout | cat") == shell.read("all.safetensors"));
  CHECK(shell.output(loud + "--save output=- --save x=x.npy") == shell.read("o.npy"));
  check_error(shell.run(loud + "--save output=- --save x=-"), 2, "given twice");
  check_error(shell.run(loud + "--save output=- --save x=/dev/stdout"), 2, "standard output takes one file");
  check_error(shell.run(loud + "--save output=- --get x"), 2, "both write to standard output");
}

TEST_CASE("devices, descriptors and pipes are written through and stay what they are") {
  const Shell shell;
  shell.output(save + "o.npy");
  CHECK(shell.output(save + "/dev/null").empty());
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(shell.output("mkfifo pipe.npy pipe; cat pipe.npy > a & " + save + "pipe.npy; wait").empty());
  CHECK(shell.read("a") == shell.read("o.npy"));
  CHECK(shell.output("cat pipe > b & " + save + "pipe; wait").empty());
  CHECK(shell.read("b") == shell.read("o.npy"));
  CHECK(fs::is_fifo(shell.path("pipe.npy")));
  CHECK(shell.output("(" + save + "/dev/fd/5) 5>&1 | cat") == shell.read("o.npy"));
  check_error(shell.run(save + "/dev/fd/77"), 2, "unknown extension");
  check_error(shell.run(save + "/dev/full"), 4, "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("a link stays a link: its target is replaced, or made where there is none") {
  const Shell shell;
  shell.write("old.npy", old);
  shell.output("mkdir sub; ln -s old.npy link.npy; ln -s sub/new.npy dangling.npy; ln -s link.npy chain.npy");
  shell.output(save + "chain.npy --save x=dangling.npy");
  CHECK(fs::is_symlink(shell.path("chain.npy")));
  CHECK(fs::is_symlink(shell.path("link.npy")));
  CHECK(fs::is_symlink(shell.path("dangling.npy")));
  CHECK_FALSE(fs::is_symlink(shell.path("old.npy")));
  CHECK(read_npy(shell.path("old.npy")).shape == Shape{1, 2, 8});
  CHECK(read_npy(shell.path("sub/new.npy")).shape == Shape{1, 2, 8});
}

TEST_CASE("what cannot be written is an error of output before any work, and leaves nothing") {
  const Shell shell;
  shell.output("mkdir dir.npy; ln -s one.npy two.npy; ln -s two.npy one.npy");
  const auto before = shell.names();
  check_error(shell.run(save + "dir.npy"), 4, "dir.npy: cannot be written: Is a directory");
  check_error(shell.run(save + "one.npy"), 4,
              "one.npy: cannot be written: Too many levels of symbolic links");
  check_error(shell.run(save + "no/o.npy"), 4, "no/o.npy: cannot be written: No such file or directory");
  check_error(shell.run(save + std::string(300, 'n') + ".npy"), 4, "File name too long");
  check_error(shell.run("mha --text a --save output=good.npy --save x=no/x.npy"), 4, "no/x.npy");
  CHECK(shell.names() == before);
}

TEST_CASE("a folder or file without permission is an error of output" * doctest::skip(::geteuid() == 0)) {
  const Shell shell;
  shell.write("fixed.npy", "old");
  shell.output("chmod 400 fixed.npy; mkdir closed; chmod 500 closed");
  check_error(shell.run(save + "fixed.npy"), 4, "fixed.npy: cannot be written: Permission denied");
  check_error(shell.run(save + "closed/o.npy"), 4, "closed/o.npy: cannot be written: Permission denied");
  CHECK(shell.read("fixed.npy") == "old");
}

TEST_CASE("no room leaves the old file whole and no other behind") {
  const Shell shell;
  shell.write("old.npy", old);
  const auto before = shell.names();
  const std::string line = "ulimit -f 1; mha -q --text 'a b c' --save ";
  check_error(shell.run(line + "output=old.npy"), 4, "old.npy: cannot be written: File too large");
  check_error(shell.run(line + "new.safetensors --save output=old.npy"), 4, "File too large");
  CHECK(shell.read("old.npy") == old);
  CHECK(shell.names() == before);
}

TEST_CASE("an old file keeps its permissions, a new one follows the umask, and nothing else is left") {
  const Shell shell;
  shell.write("old.npy", old);
  shell.output("chmod 640 old.npy; ln old.npy twin.npy");
  shell.output(save + "old.npy");
  shell.output("umask 027; " + save + "new.npy");
  CHECK(mode_of(shell.path("old.npy")) == 0640);
  CHECK(mode_of(shell.path("new.npy")) == 0640);
  CHECK(shell.read("old.npy") == shell.read("new.npy"));
  CHECK(shell.read("twin.npy") == old);
  CHECK(shell.names() == std::set<std::string>{"old.npy", "new.npy", "twin.npy"});
}

TEST_CASE("odd file names are taken as they are, and shown on one line") {
  const Shell shell;
  shell.output(save + "'-a b.npy'");
  shell.output(save + "'line\nbreak.npy'");
  shell.output(run + "--save ./a=b.safetensors");
  shell.output(run + "--save output=a=b.npy");
  CHECK(shell.names() == std::set<std::string>{"-a b.npy", "line\nbreak.npy", "a=b.safetensors", "a=b.npy"});
  check_error(shell.run(save + "'no\n\033[31m\377/o.npy'"), 4,
              "no\\u000a\\u001b[31m\357\277\275/o.npy: cannot");
}

TEST_CASE("one file cannot be given twice, nor be an input of the run") {
  const Shell shell;
  check_error(shell.run(save + "a.npy --save x=a.npy"), 2, "given twice");
  check_error(shell.run(save + "a.npy --save x=./a.npy"), 2, "given twice");
  shell.write("in.npy", "a b\n");
  shell.output("ln -s in.npy link.npy; ln in.npy hard.npy");
  check_error(shell.run("mha --text-file in.npy --save output=in.npy"), 2, "overwrite its own input");
  check_error(shell.run("mha --text-file in.npy --save output=link.npy"), 2, "overwrite its own input");
  check_error(shell.run("mha --text-file in.npy --save output=hard.npy"), 2, "overwrite its own input");
  check_error(shell.run("mha --text a --mask in.npy --save output=./in.npy"), 2, "overwrite its own input");
  CHECK(shell.read("in.npy") == "a b\n");
  CHECK_FALSE(shell.names().contains("a.npy"));
}

TEST_CASE("a request that names no file, or the wrong tensors, is refused") {
  const Shell shell;
  check_error(shell.run("mha --text a --save ''"), 2, "[NAME=]FILE is wanted");
  check_error(shell.run("mha --text a --save output="), 2, "[NAME=]FILE is wanted");
  check_error(shell.run("mha --text a --save =o.npy"), 2, "no tensor ''");
  check_error(shell.run("mha --text a --save o.npy"), 2, ".npy holds one tensor");
  check_error(shell.run("mha --text a --save x,output=o.npy"), 2, ".npy holds one tensor");
  check_error(shell.run("mha --text a --save x,x=o.safetensors"), 2, "x is named twice");
  check_error(shell.run("mha --text a --save head_dim=o.npy"), 2, "no tensor 'head_dim'");
  check_error(shell.run("mha --text a --save context=o.npy"), 2, "only with --context");
}

TEST_CASE("of many writers to one file each leaves it whole") {
  const Shell shell;
  shell.output(save + "a.npy; " + save + "b.npy --seed 1");
  std::string line;
  for (int i = 0; i < 20; ++i) line += save + "both.npy --seed " + std::to_string(i % 2) + " & ";
  shell.output(line + "wait");
  CHECK((shell.read("both.npy") == shell.read("a.npy") || shell.read("both.npy") == shell.read("b.npy")));
  CHECK(shell.names() == std::set<std::string>{"a.npy", "b.npy", "both.npy"});
}
