// The one way in which options are added, which keeps CLI11 out of the files that list them.
#pragma once

#include <fmt/ranges.h>

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/values.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace CLI {
class App;
}

namespace mha {

inline constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();
inline constexpr std::size_t max_threads = 1024;

/// Adds options whose value is taken as it is typed, each time it is typed: CLI11's own lists give brackets,
/// braces and commas a meaning that a text must not have.
class Adder {
 public:
  /// Options of `app`, under the heading `group` in its help.
  Adder(CLI::App& app, std::string group) : app_(app), group_(std::move(group)) {}

  /// An option with a value; use(value) may throw Error. `kind` names the value in the help. A name without a
  /// dash is that of a value which stands on the line alone.
  void value(const std::string& name, const std::string& kind, const std::string& help,
             const std::function<void(const std::string&)>& use);

  /// An option without one.
  void action(const std::string& name, const std::string& help, const std::function<void()>& act);

  template <class Target>
  void flag(const std::string& name, const std::string& help, Target& target) {
    action(name, help, [&target] { target = true; });
  }

  /// The opposite of a flag; of the two the one typed last holds.
  template <class Target>
  void unset(const std::string& name, const std::string& help, Target& target) {
    action(name, help, [&target] { target = false; });
  }

  /// A whole number.
  template <class Target>
  void size(const std::string& name, const std::string& help, Target& target, std::size_t least,
            std::size_t most) {
    value(name, "N", help,
          [=, &target](const std::string& text) { target = parse_size(name, text, least, most); });
  }

  /// One of a few words.
  template <class Target>
  void choice(const std::string& name, const std::string& help, Target& target,
              std::vector<std::pair<std::string_view, Target>> words) {
    std::vector<std::string_view> names;
    for (const auto& [word, meaning] : words) names.push_back(word);
    value(name, fmt::format("{}", fmt::join(names, "|")), help, [=, &target](const std::string& text) {
      for (const auto& [word, meaning] : words) {
        if (word == text) {
          target = meaning;
          return;
        }
      }
      fail(Status::usage, "{} {}: no such choice{}; there are: {}", name, utf8::printable(text),
           did_you_mean(text, names), fmt::join(names, ", "));
    });
  }

 private:
  CLI::App& app_;
  std::string group_;
};

}  // namespace mha
