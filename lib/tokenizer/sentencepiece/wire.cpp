#include "tokenizer/sentencepiece/wire.h"

namespace mha::wire {

std::optional<Field> Reader::next() {
  if (broken_ || at_ == message_.size()) return std::nullopt;
  const auto tag = varint();
  auto field = tag ? value(*tag) : std::nullopt;
  broken_ = !field.has_value();
  return field;
}

std::optional<Field> Reader::value(std::uint64_t tag) {
  // Field numbers have 29 bits.
  if (tag >> 3 == 0 || tag >> 32 != 0) return std::nullopt;
  Field field{static_cast<std::uint32_t>(tag >> 3), static_cast<Type>(tag & 7), 0, {}};
  std::optional<std::uint64_t> number;
  switch (field.type) {
    case Type::varint:
      number = varint();
      break;
    case Type::fixed64:
      number = fixed(8);
      break;
    case Type::fixed32:
      number = fixed(4);
      break;
    case Type::bytes:
      number = varint();
      if (!number || *number > message_.size() - at_) return std::nullopt;
      field.bytes = message_.substr(at_, *number);
      at_ += *number;
      break;
  }
  if (!number) return std::nullopt;
  field.value = *number;
  return field;
}

std::optional<std::uint64_t> Reader::varint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 70 && at_ < message_.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(message_[at_++]);
    if (shift < 64) number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::fixed(std::size_t size) {
  if (message_.size() - at_ < size) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) {
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(message_[at_++])) << (8 * i);
  }
  return number;
}

}  // namespace mha::wire
