#include "checkpoint/hub_cache.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/environment.h"
#include "support/folder.h"

using namespace mha;
using test::Folder;
using test::Variable;

namespace {

using Value = std::optional<std::string>;

/// The cache's folder with these variables, HOME being /home/x.
std::string folder_with(const Value& hub_cache, const Value& old_hub_cache, const Value& home,
                        const Value& caches) {
  const Variable user("HOME", "/home/x"), a("HF_HUB_CACHE", hub_cache),
      b("HUGGINGFACE_HUB_CACHE", old_hub_cache), c("HF_HOME", home), d("XDG_CACHE_HOME", caches);
  return hub_cache_folder();
}

}  // namespace

// The expected folders are those of huggingface_hub 2.4.0 (python -c "from huggingface_hub import constants;
// print(constants.HF_HUB_CACHE)").
TEST_CASE("the cache lies where huggingface_hub has it") {
  const Value none;
  CHECK(folder_with(none, none, none, none) == "/home/x/.cache/huggingface/hub");
  CHECK(folder_with(none, none, none, "/c") == "/c/huggingface/hub");
  CHECK(folder_with(none, none, none, "~/c") == "/home/x/c/huggingface/hub");
  CHECK(folder_with(none, none, "/h", "/c") == "/h/hub");
  CHECK(folder_with(none, none, "$HOME/h/", "/c") == "/home/x/h/hub");
  CHECK(folder_with(none, "~/o", "/h", "/c") == "/home/x/o");
  CHECK(folder_with("${HOME}/n", "/o", "/h", "/c") == "/home/x/n");
  CHECK(folder_with(none, none, none, "") == "huggingface/hub");
  CHECK(folder_with(none, none, "", "/c") == "hub");
  CHECK(folder_with("", "/o", "/h", "/c") == "");
}

TEST_CASE("a revision is a branch, a tag, a pull request or a commit, and never another one") {
  const Folder folder;
  folder.write("models--org--name/refs/main", "abc");
  folder.write("models--org--name/refs/v1", "def\n");
  folder.write("models--org--name/refs/refs/pr/1", "123");
  folder.write("models--org--name/refs/gone", "456");
  folder.write("models--org--name/refs/evil", "../../../outside");
  folder.write("models--org--name/refs/empty", "");
  for (const char* commit : {"abc", "def", "123"}) {
    folder.write(std::string("models--org--name/snapshots/") + commit + "/config.json", "{}");
  }
  folder.write("outside/config.json", "{}");
  const HubCache cache(folder.path());
  const std::string snapshots = folder.path("models--org--name/snapshots/");
  CHECK(cache.snapshot("org/name", "main") == snapshots + "abc");
  CHECK(cache.snapshot("org/name", "v1") == snapshots + "def");
  CHECK(cache.snapshot("org/name", "refs/pr/1") == snapshots + "123");
  CHECK(cache.snapshot("org/name", "123") == snapshots + "123");
  for (const char* other : {"gone", "456", "evil", "empty", "v2", "refs/pr", "..", "ab"}) {
    CAPTURE(other);
    CHECK_FALSE(cache.snapshot("org/name", other));
  }
  CHECK_FALSE(cache.snapshot("org/other", "main"));
  CHECK(cache.revisions("org/name") ==
        std::vector<std::string>{"empty", "evil", "gone", "main", "refs/pr/1", "v1"});
}

TEST_CASE("the repositories of a cache are its folders of models, by their names on the hub") {
  const Folder folder;
  CHECK(HubCache(folder.path("none")).repositories().empty());
  for (const char* name : {"models--gpt2/x", "models--org--name/x", "datasets--org--data/x", "other/x"}) {
    folder.write(name, "");
  }
  folder.write("models--file", "");
  const HubCache cache(folder.path());
  CHECK(cache.repositories() == std::vector<std::string>{"gpt2", "org/name"});
  CHECK(cache.contains("gpt2"));
  CHECK(cache.contains("org/name"));
  CHECK_FALSE(cache.contains("name"));
}
