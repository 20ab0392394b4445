#include "checkpoint/sharded.h"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "kernel/widen.h"
#include "support/folder.h"
#include "support/npy.h"
#include "support/safetensors.h"

using namespace mha;
using test::Folder;
using test::safetensors;

namespace {

constexpr const char* index_name = "model.safetensors.index.json";

std::string shard_of(const std::string& name, float number) {
  return safetensors({{name, "F32", {1}, test::bytes_of<float>({number})}});
}

/// A checkpoint of two shards with one tensor each.
std::string write_two(const Folder& folder) {
  folder.write("model-00001-of-00002.safetensors", shard_of("a", 1));
  folder.write("model-00002-of-00002.safetensors", shard_of("b", 2));
  return folder.write(index_name, R"({"metadata": {"total_size": 8}, "weight_map": {
      "b": "model-00002-of-00002.safetensors", "a": "model-00001-of-00002.safetensors"}})");
}

/// The only number of a tensor, at any alignment.
float number_of(const TensorSource& source, const char* name) {
  std::array<float, 1> number{};
  kernel::widen(source.get(name, {1}), 0, number);
  return number[0];
}

std::string refusal(const std::string& index) {
  try {
    const ShardedFiles files(index);
  } catch (const Error& error) {
    CHECK(error.status() == Status::data);
    CHECK(std::string(error.what()).starts_with(index));
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("the tensors of all shards are had through the index") {
  const Folder folder;
  const auto checkpoint = open_checkpoint(write_two(folder), {});
  CHECK(number_of(*checkpoint, "a") == 1);
  CHECK(number_of(*checkpoint, "b") == 2);
  CHECK(checkpoint->names() == std::vector<std::string_view>{"a", "b"});
  CHECK_THROWS_WITH_AS(checkpoint->get("c", {1}), doctest::Contains(index_name), Error);
}

TEST_CASE("a shard is opened only when one of its tensors is asked for") {
  const Folder folder;
  const std::string index = write_two(folder);
  folder.write("model-00002-of-00002.safetensors", "version https://git-lfs.github.com/spec/v1\n");
  const auto checkpoint = open_checkpoint(index, {});
  CHECK(number_of(*checkpoint, "a") == 1);
  CHECK_THROWS_WITH_AS(checkpoint->get("b", {1}),
                       doctest::Contains("00002-of-00002.safetensors: a Git LFS pointer"), Error);
}

TEST_CASE("a shard that is missing is told when the index is opened") {
  const Folder folder;
  const std::string index = write_two(folder);
  std::filesystem::remove(folder.path("model-00002-of-00002.safetensors"));
  CHECK(refusal(index) == index +
                              ": 1 of the 2 files it lists are missing: model-00002-of-00002.safetensors; "
                              "download them into that folder");
}

TEST_CASE("a tensor that is not in the shard the index names is told with both") {
  const Folder folder;
  const std::string index = write_two(folder);
  folder.write("model-00002-of-00002.safetensors", shard_of("c", 3));
  const ShardedFiles files(index);
  CHECK(files.contains("b"));
  CHECK_THROWS_WITH_AS(files.find("b"),
                       doctest::Contains("00002-of-00002.safetensors: tensor 'b' is not in it, though"),
                       Error);
}

TEST_CASE("an index may only name files in its own folder") {
  const Folder folder;
  folder.write("outside.safetensors", shard_of("a", 1));
  for (const char* name :
       {"../outside.safetensors", "/etc/passwd", "x/y.safetensors", "..", ".", "", "a\\u0000b"}) {
    CAPTURE(name);
    const std::string index = folder.write(std::string("in/") + index_name,
                                           std::string(R"({"weight_map": {"a": ")") + name + "\"}}");
    CHECK(refusal(index).find("tensor 'a' is said to be in") != std::string::npos);
  }
}

TEST_CASE("an index without a sound weight_map is refused") {
  const Folder folder;
  const auto check = [&](const char* text, const char* words) {
    CAPTURE(text);
    CHECK(refusal(folder.write(index_name, text)).find(words) != std::string::npos);
  };
  check("{}", "no weight_map");
  check("[]", "no weight_map");
  check(R"({"weight_map": []})", "no weight_map");
  check(R"({"weight_map": {"a": 1}})", "tensor 'a' is said to be in 1;");
  check(R"({"weight_map": {"a": "x", "a": "y"}})", "'a' appears twice");
  check(R"({"weight_map": {"a": "x",}})", "json:1:25: not JSON: a comma behind the last item");
}
