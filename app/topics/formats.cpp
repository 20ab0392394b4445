#include "report/formats.h"
#include "app/topics/topics.h"
#include "report/files.h"

namespace mha {

std::string formats_topic(const CommandTable&) {
  std::vector<TopicRow> reports, files;
  for (const ReportFormat& format : report_formats) {
    reports.push_back({std::string(format.name), std::string(format.summary)});
  }
  for (const FileFormat& format : file_formats) {
    files.push_back({std::string(format.extension), std::string(format.summary)});
  }
  return "The report, --format:\n\n" + rows_text(reports) + "\nFiles, --save; the extension says which:\n\n" +
         rows_text(files) + R"(
Standard output (--save -), devices and pipes take .npy for one tensor and .safetensors for more. Binary data is not
written to a terminal. A file is saved whole or not at all. One that is there already is replaced if it is empty or
of the same kind; of another kind, only with --overwrite.
)";
}

}  // namespace mha
