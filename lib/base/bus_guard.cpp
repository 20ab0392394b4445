#include "base/bus_guard.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/unfinished.h"
#include "base/utf8.h"

namespace mha {
namespace {

constinit SlotList<BusGuard::Region> regions;

/// What SIGBUS meant before: the system's default, or a sanitizer's report.
struct sigaction before {};

/// What cannot be written to standard error cannot be told at all.
void tell(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

[[noreturn]] void end_process(const BusGuard::Region& region, std::size_t offset) noexcept {
  static std::atomic_flag ending;
  while (ending.test_and_set()) ::pause();  // another thread tells already, and ends this one too
  std::array<char, 20> digits{};
  const char* const end = std::to_chars(digits.begin(), digits.end(), offset).ptr;
  tell(region.message);
  tell({digits.data(), static_cast<std::size_t>(end - digits.data())});
  tell("); let nothing write to it, or copy it to a local disk, and run again\n");
  delete_unfinished_files();
  ::_exit(static_cast<int>(Status::io));
}

/// Calls nothing that is not async-signal-safe.
void on_bus_error(int signal, siginfo_t* info, void*) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const bool from_system = info->si_code > 0;  // a process that sends the signal gives no address
  if (from_system) {
    regions.each([address](const BusGuard::Region& region) {
      const auto begin = reinterpret_cast<std::uintptr_t>(region.begin);
      if (address >= begin && address - begin < region.size) end_process(region, address - begin);
    });
  }
  // The instruction runs again on return and meets what was there before this handler.
  ::sigaction(SIGBUS, &before, nullptr);
  if (!from_system) ::raise(signal);
}

void install_handler() {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &before);
}

}  // namespace

BusGuard::BusGuard(std::span<const std::byte> bytes, const std::string& path)
    : slot_(&regions.add(
          {bytes.data(), bytes.size(),
           "mha: " + utf8::printable(path) + ": shrank or failed while being read (SIGBUS at offset "})) {
  [[maybe_unused]] static const bool installed = (install_handler(), true);
}

BusGuard::BusGuard(BusGuard&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}

BusGuard::~BusGuard() {
  if (slot_ != nullptr) regions.remove(*slot_);
}

}  // namespace mha
