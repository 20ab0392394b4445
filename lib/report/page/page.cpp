#include "report/page/page.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/files.h"
#include "report/maps.h"
#include "report/page/page_codes.h"
#include "report/page/page_data.h"

extern "C" {
extern const char mha_page[], mha_page_end[];
}

namespace mha {
namespace {

/// Where the data goes in lib/report/page/page.html.
constexpr std::string_view marker = "<!-- data -->\n";

/// Blocks of data, of types that a browser does not run.
void write_numbers(const AttentionMaps& maps, const CodeRange& range, Sink& file) {
  for (std::size_t sequence = 0; sequence < maps.sequences(); ++sequence) {
    for (std::size_t i = 0; i < maps.names().size(); ++i) {
      file.write(fmt::format(R"(<script type="text/plain" id="map-{}-{}">)", sequence, i));
      file.write(codes_text(maps.map(sequence, i).values, range));
      file.write("</script>\n");
    }
  }
}

}  // namespace

PageParts page_parts() {
  const std::string_view page(mha_page, static_cast<std::size_t>(mha_page_end - mha_page));
  const std::size_t at = page.find(marker);
  return {page.substr(0, at), page.substr(at + marker.size())};
}

void check_html(std::span<const TensorKey> keys, const Dimensions& dimensions) {
  std::size_t numbers = 0;
  for (const TensorKey& key : keys) numbers += element_count(key.tensor->shape_of(dimensions));
  const std::size_t bytes = codes_length(numbers);
  if (bytes <= most_page_bytes) return;
  fail(
      Status::limit,
      "an .html page with {} maps of {} x {} tokens would take {}, more than the {} that browsers still show "
      "at ease; choose by --layers and --heads, or give a shorter text",
      numbers / (dimensions.queries * dimensions.keys), dimensions.queries, dimensions.keys,
      to_size_text(bytes), to_size_text(most_page_bytes));
}

void write_html(const FileContent& content, Sink& file) {
  const AttentionMaps maps(content.arrays, content.run);
  const CodeRange range = code_range(maps);
  const auto [before, behind] = page_parts();
  file.write(before);
  file.write(fmt::format(R"(<script type="application/json" id="data">{}</script>)"
                         "\n",
                         page_data(maps, range, content.run)));
  write_numbers(maps, range, file);
  file.write(behind);
}

}  // namespace mha
