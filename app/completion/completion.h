// Scripts that teach a shell to complete command lines of mha.
#pragma once

#include <string>
#include <string_view>

#include "app/options/table.h"

namespace mha {

std::string bash_completion(const CommandTable& table);
std::string zsh_completion(const CommandTable& table);
std::string fish_completion(const CommandTable& table);

/// The catalogue of `mha completion`.
struct CompletedShell {
  std::string_view name;
  std::string_view advice;  ///< how to use the script now
  std::string (*script)(const CommandTable&);
};

inline constexpr CompletedShell completed_shells[] = {
    {"bash", "source <(mha completion bash)", bash_completion},
    {"zsh", "source <(mha completion zsh), behind compinit", zsh_completion},
    {"fish", "mha completion fish | source", fish_completion},
};

}  // namespace mha
