#include "checkpoint/hub.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "support/environment.h"
#include "support/folder.h"
#include "support/words.h"

using namespace mha;
using test::Folder;
using test::holds;
using test::Variable;

namespace {

namespace fs = std::filesystem;

/// A folder to work in, and a cache in it.
class HubFolder : public Folder {
 public:
  HubFolder() : before_(fs::current_path()), variable_("HF_HUB_CACHE", path("cache")) {
    fs::current_path(path());
  }
  ~HubFolder() { fs::current_path(before_); }

  /// A repository in the cache as huggingface_hub lays it out; gives the folder of the snapshot.
  std::string add(const std::string& folder, const std::string& commit = "abc",
                  const std::string& ref = "main") const {
    const std::string root = "cache/models--" + folder;
    write(root + "/refs/" + ref, commit);
    write(root + "/blobs/1", "{}");
    write(root + "/blobs/2", "weights");
    const std::string snapshot = path(root + "/snapshots/" + commit);
    fs::create_directories(snapshot);
    fs::create_symlink("../../blobs/1", snapshot + "/config.json");
    fs::create_symlink("../../blobs/2", snapshot + "/model.safetensors");
    return snapshot;
  }

 private:
  fs::path before_;
  Variable variable_;
};

ModelFiles locate(const std::string& text, const std::optional<std::string>& revision = {}) {
  return locate_model({text, revision});
}

std::string refusal(const std::string& text, Status status, const std::optional<std::string>& revision = {}) {
  CAPTURE(text);
  try {
    locate(text, revision);
  } catch (const Error& error) {
    CHECK(error.status() == status);
    return error.what();
  }
  return "found";
}

}  // namespace

TEST_CASE("a folder's weights are model.safetensors, else an index, else its only safetensors file") {
  const HubFolder folder;
  folder.write("m/config.json", "{}");
  folder.write("m/pytorch_model.bin", "");
  folder.write("m/weights.safetensors", "");
  CHECK(locate("m").weights == "m/weights.safetensors");
  CHECK(locate("m").config == "m/config.json");
  CHECK(locate("m").folder == "m");
  folder.write("m/other.safetensors", "");
  CHECK(holds(refusal("m", Status::usage),
              "m: several safetensors files and no index: other.safetensors, "
              "weights.safetensors; name one"));
  CHECK(locate("m/other.safetensors").weights == "m/other.safetensors");
  CHECK(locate("m/other.safetensors").folder == "m");
  folder.write("m/model.safetensors.index.json", "{}");
  CHECK(locate("m/").weights == "m/model.safetensors.index.json");
  folder.write("m/model.safetensors", "");
  CHECK(locate("./m").weights == "./m/model.safetensors");
  CHECK(locate(folder.path("m/model.safetensors.index.json")).folder == folder.path("m"));
  fs::current_path("m");
  CHECK(locate("model.safetensors").config == "./config.json");
}

TEST_CASE("a folder with weights in another format alone is refused with the way to convert them") {
  for (const auto& [name, words] : {std::pair{"pytorch_model.bin", "save_pretrained"},
                                    {"model.q4.gguf", "safetensors files"},
                                    {"tf_model.h5", "from_tf=True"},
                                    {"flax_model.msgpack", "from_flax=True"},
                                    {"pytorch_model-00001-of-00002.bin", "save_pretrained"}}) {
    const HubFolder folder;
    folder.write("m/config.json", "{}");
    folder.write(std::string("m/") + name, "");
    const std::string text = refusal("m", Status::data);
    CHECK(holds(text, std::string("m/") + name + ": weights are read from safetensors files"));
    CHECK(holds(text, words));
  }
}

TEST_CASE("a folder without weights or configuration, and a path that is not there, are errors of input") {
  const HubFolder folder;
  folder.write("empty/readme", "");
  folder.write("bare/model.safetensors", "");
  CHECK(holds(refusal("empty", Status::io), "empty: model.safetensors is not there"));
  CHECK(holds(refusal("bare", Status::io), "bare: config.json is not there"));
  CHECK(locate_folder({"empty", {}}) == "empty");
  for (const char* path : {"./none", "/none", "none.safetensors", "a/b/c", "none/"}) {
    CHECK(holds(refusal(path, Status::io), "cannot be read: No such file or directory"));
  }
  fs::create_symlink("loop", folder.path("loop"));
  CHECK(holds(refusal("loop", Status::io), "Too many levels of symbolic links"));
  CHECK(holds(refusal("empty", Status::usage, "main"), "--revision is for repositories"));
}

TEST_CASE("a repository is found in the cache by its name and revision") {
  const HubFolder folder;
  const std::string first = folder.add("org--name"), second = folder.add("org--name", "def", "refs/pr/1");
  for (const char* text : {"org/name", "hf://org/name", "org/name@main", "org/name@abc"}) {
    CAPTURE(text);
    CHECK(locate(text).folder == first);
  }
  CHECK(locate("org/name").weights == first + "/model.safetensors");
  CHECK(locate("org/name").config == first + "/config.json");
  CHECK(locate("org/name@refs/pr/1").folder == second);
  CHECK(locate("org/name", "refs/pr/1").folder == second);
  CHECK(locate("org/name@def", "def").folder == second);
  CHECK(holds(refusal("org/name@def", Status::usage, "main"),
              "names one revision and --revision another, main"));
  CHECK(holds(refusal("org/name", Status::usage, "../x"), "--revision ../x: no branch"));
}

TEST_CASE("a path that exists is taken before a repository of that name") {
  const HubFolder folder;
  folder.add("org--name");
  folder.write("org/name/config.json", "{}");
  folder.write("org/name/model.safetensors", "");
  CHECK(locate("org/name").folder == "org/name");
  CHECK(locate("hf://org/name").folder != "org/name");
}

TEST_CASE("a name alone is the repository without organisation, or the only one that ends in it") {
  const HubFolder folder;
  const std::string mini = folder.add("sentence-transformers--mini");
  CHECK(locate("mini").folder == mini);
  CHECK(locate("mini@abc").folder == mini);
  folder.add("other--mini");
  folder.add("other--gemini");
  CHECK(holds(refusal("mini", Status::usage),
              "several repositories in the cache have this name: other/mini, "
              "sentence-transformers/mini; say which"));
  const std::string plain = folder.add("mini");
  CHECK(locate("mini").folder == plain);
}

TEST_CASE("what is not in the cache is told with where it was sought and how to get it") {
  const HubFolder folder;
  const std::string cache = folder.path("cache");
  CHECK(refusal("org/name", Status::io) == "model org/name: no such file or folder, and not in the cache " +
                                               cache + "; to get it: hf download org/name");
  CHECK(holds(refusal("org/name@v1", Status::io), "hf download org/name --revision v1"));
  CHECK(holds(refusal("name", Status::io), "hf download ORG/name"));
  folder.add("sentence-transformers--all-MiniLM-L6-v2");
  CHECK(holds(refusal("sentence-transformers/all-MinLM-L6-v2", Status::io),
              "(did you mean 'sentence-transformers/all-MiniLM-L6-v2'?)"));
  CHECK(holds(refusal("all-MiniLM-L6", Status::io), "(did you mean 'all-MiniLM-L6-v2'?)"));
  CHECK(holds(
      refusal("all-MiniLM-L6-v2", Status::io, "v9"),
      "revision v9 is not in the cache " + cache +
          ", which has main; to get it: hf download sentence-transformers/all-MiniLM-L6-v2 --revision v9"));
}

TEST_CASE(
    "a repository of which only some files are in the cache is told with the command that gets the rest") {
  const HubFolder folder;
  const std::string snapshot = folder.add("org--name");
  fs::remove(folder.path("cache/models--org--name/blobs/2"));
  CHECK(holds(refusal("org/name", Status::io),
              "model.safetensors is not in the cache; to get it: hf download org/name"));
  CHECK(locate_folder({"org/name", {}}) == snapshot);
  fs::remove(folder.path("cache/models--org--name/blobs/1"));
  folder.write("cache/models--org--name/blobs/2", "weights");
  CHECK(holds(refusal("org/name", Status::io), "config.json is not in the cache"));
}

TEST_CASE("what is neither a path nor a name is wrong usage") {
  const HubFolder folder;
  for (const char* text : {"", "org--x/name", "a..b", "na me", "org/name@", "x\n"})
    refusal(text, Status::usage);
  CHECK(holds(refusal("org--x/name", Status::usage), "neither a file or folder nor a name as ORG/NAME"));
}

TEST_CASE("weights are found with or without a configuration beside them") {
  const HubFolder folder;
  folder.write("bare/model.safetensors", "weights");
  const WeightFiles bare = locate_weights({"bare", {}});
  CHECK(bare.weights == "bare/model.safetensors");
  CHECK_FALSE(bare.config);
  folder.write("bare/config.json", "{}");
  CHECK(locate_weights({"bare", {}}).config == "bare/config.json");
  CHECK(locate_weights({"bare/model.safetensors", {}}).config == "bare/config.json");
  CHECK_THROWS_WITH_AS(locate_weights({"other", {}}), doctest::Contains("hf download"), Error);
}
