// Run by the build: lays out a vocab.txt as the image of a PieceTable.
//   lay_out vocab.txt IMAGE
#include <cstdio>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/piece_table.h"

int main(int argc, char** argv) try {
  if (argc != 3) mha::fail(mha::Status::usage, "usage: lay_out vocab.txt IMAGE");
  const mha::PieceTable table =
      mha::parse_vocab_txt(argv[1], mha::read_file(argv[1], mha::max_vocabulary_bytes));
  std::ofstream file(argv[2], std::ios::binary);
  const auto bytes = std::as_bytes(table.image());
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) mha::fail(mha::Status::io, "{}: cannot be written", argv[2]);
} catch (const mha::Error& error) {
  std::fprintf(stderr, "lay_out: %s\n", error.what());
  return static_cast<int>(error.status());
}
