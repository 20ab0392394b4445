// JSON: the parser and the walk that finds faults agree on what is a document.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/json_fault.h"
#include "base/utf8.h"
#include "fuzz/require.h"

namespace mha::fuzz {
namespace {

void visit(JsonValue value) {
  require(!utf8::find_invalid(value.describe()), "a description is UTF-8");
  std::size_t count = 0;
  value.each_member([&](std::string_view name, JsonValue member) {
    require(value.find(name).has_value(), "a member is found by its name");
    visit(member);
    ++count;
  });
  value.each_item([&](JsonValue item) {
    visit(item);
    ++count;
  });
  require(count == value.size(), "members and items are as many as counted");
  if (const auto text = value.string()) {
    require(JsonDocument(json_quote(*text), "fuzz").root().string() == text, "a quoted text reads back");
  }
}

void check_text(std::string_view text) {
  const auto fault = find_json_fault(text, 64);
  try {
    const JsonDocument document{std::string(text), "fuzz"};
    require(!fault, "a document has no fault");
    visit(document.root());
  } catch (const Error& error) {
    const bool twice = std::string_view(error.what()).ends_with("appears twice");
    require(error.status() == Status::data, "what is refused is refused as data");
    require(fault.has_value() != twice, "what is refused has a fault, or a member twice");
  }
}

}  // namespace
}  // namespace mha::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mha::fuzz::check_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
