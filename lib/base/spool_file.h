// A file for what must be whole before it can be passed on.
#pragma once

#include "base/descriptor.h"
#include "base/sink.h"

namespace mha {

/// A temporary file that has no name, so that nothing is left of it.
class SpoolFile : public Sink {
 public:
  /// In TMPDIR, or /tmp. Throws Error(io).
  SpoolFile();

  using Sink::write;
  void write(const void* data, std::size_t size) override;
  bool can_rewrite() const override { return true; }
  void rewrite(std::size_t offset, std::string_view bytes) override;

  /// Writes all of it to another. Throws Error(io).
  void copy_to(Sink& sink) const;

 private:
  Descriptor file_;
};

}  // namespace mha
