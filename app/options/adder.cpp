#include "app/options/adder.h"

#include <CLI/CLI.hpp>

namespace mha {

void Adder::value(const std::string& name, const std::string& kind, const std::string& help,
                  const std::function<void(const std::string&)>& use) {
  app_.add_option_function<std::string>(name, use, help)->group(group_)->type_name(kind)->trigger_on_parse();
}

void Adder::action(const std::string& name, const std::string& help, const std::function<void()>& act) {
  app_.add_flag_callback(name, act, help)->group(group_)->trigger_on_parse();
}

}  // namespace mha
