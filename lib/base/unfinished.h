// Files that must not outlive a run that ends before they are whole.
#pragma once

#include <string>

#include "base/slot_list.h"

namespace mha {

/// A file under a temporary name: deleted when this goes, unless it was released before.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& name);
  UnfinishedFile(UnfinishedFile&& other) noexcept;
  UnfinishedFile& operator=(UnfinishedFile&&) = delete;
  ~UnfinishedFile();

  /// Not to be asked for once it was released.
  const std::string& name() const noexcept { return slot_->value(); }

  /// The file has its final name: it stays.
  void release() noexcept;

 private:
  SlotList<std::string>::Slot* slot_;  ///< in the list of all; none once released
};

/// Deletes all of them. Async-signal-safe: for a handler that ends the process.
void delete_unfinished_files() noexcept;

}  // namespace mha
