#include "base/unfinished.h"

#include <unistd.h>

#include <utility>

namespace mha {
namespace {

constinit SlotList<std::string> names;

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& name) : slot_(&names.add(name)) {}

UnfinishedFile::UnfinishedFile(UnfinishedFile&& other) noexcept
    : slot_(std::exchange(other.slot_, nullptr)) {}

UnfinishedFile::~UnfinishedFile() {
  if (slot_ == nullptr) return;
  ::unlink(slot_->value().c_str());
  release();
}

void UnfinishedFile::release() noexcept {
  if (slot_ != nullptr) names.remove(*std::exchange(slot_, nullptr));
}

void delete_unfinished_files() noexcept {
  names.each([](const std::string& name) { ::unlink(name.c_str()); });
}

}  // namespace mha
