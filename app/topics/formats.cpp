#include "report/formats.h"
#include "app/topics/topics.h"
#include "report/files.h"
#include "report/saved_tables.h"

namespace mha {

std::string formats_topic(const CommandTable&) {
  std::vector<TopicRow> reports, files, tables;
  for (const ReportFormat& format : report_formats) {
    reports.push_back({std::string(format.name), std::string(format.summary)});
  }
  for (const FileFormat& format : file_formats) {
    files.push_back({std::string(format.extension), std::string(format.summary)});
  }
  for (const SavedTable& table : saved_tables) {
    tables.push_back({std::string(table.name), std::string(table.summary)});
  }
  return "The report, --format:\n\n" + rows_text(reports) + "\nFiles, --save; the extension says which:\n\n" +
         rows_text(files) +
         "\nTables that --save takes by name beside tensors, into .csv, .tsv, .json or .jsonl:\n\n" +
         rows_text(tables) + R"(
Behind the extension of a text .gz compresses it. In JSON, NaN and infinite are null. A .csv, .tsv or .jsonl has no padding.
Standard output (--save -), devices and pipes take .npy for one tensor, .safetensors for more, .csv for a table. Binary data is not
written to a terminal. A file is saved whole or not at all. One that is there already is replaced if it is empty or
of the same kind; of another kind, only with --overwrite.
)";
}

}  // namespace mha
