#include "checkpoint/checkpoint.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/error.h"
#include "kernel/widen.h"
#include "support/folder.h"
#include "support/npy.h"
#include "support/safetensors.h"

using namespace mha;
using test::bytes_of;
using test::Folder;
using test::safetensors;

namespace {

const std::vector<float> numbers = {1, -2.5, 3e30f, 4, 5, 6};

std::string bytes() { return bytes_of(numbers); }

std::unique_ptr<Checkpoint> checkpoint_of(const Folder& folder, const std::string& file,
                                          std::vector<std::string> prefixes = {"bert."}) {
  return open_checkpoint(folder.write("model.safetensors", file), std::move(prefixes));
}

std::vector<float> floats(const TensorView& view) {
  std::vector<float> values(element_count(view.shape));
  kernel::widen(view, 0, values);
  return values;
}

std::string refusal(const Checkpoint& checkpoint, std::string_view name, const Shape& shape) {
  try {
    checkpoint.get(name, shape);
  } catch (const Error& error) {
    CHECK(error.status() == Status::data);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a tensor of a file is had by its name and shape, wherever it lies") {
  const Folder folder;
  for (std::size_t padding = 0; padding < 8; ++padding) {
    CAPTURE(padding);
    const auto checkpoint =
        checkpoint_of(folder, safetensors({{"odd", "U8", {1}, "x"}, {"a", "F32", {2, 3}, bytes()}}, padding));
    const TensorView view = checkpoint->get("a", {2, 3});
    CHECK(view.type == ElementType::float32);
    CHECK(floats(view) == numbers);
  }
}

TEST_CASE("rows of a matrix are picked, 16-bit ones widened, those of 64 bits as they are") {
  const Folder folder;
  const std::vector<double> doubles = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  const std::vector<std::uint16_t> brain = {0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0, 0x40c0};  // 1 2 3 4 5 6
  const std::vector<std::uint16_t> half = {0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600};
  const auto checkpoint = checkpoint_of(folder, safetensors({{"f32", "F32", {3, 2}, bytes()},
                                                             {"odd", "U8", {1}, "x"},
                                                             {"f64", "F64", {3, 2}, bytes_of(doubles)},
                                                             {"bf16", "BF16", {3, 2}, bytes_of(brain)},
                                                             {"f16", "F16", {3, 2}, bytes_of(half)}}));
  const std::array<std::uint32_t, 2> rows = {0, 2};
  const auto picked = [&](const char* name) { return checkpoint->get_rows(name, {3, 2}, rows); };
  const auto same = [](auto span, auto expected) {
    return std::equal(span.begin(), span.end(), expected.begin());
  };
  const Tensor f32 = picked("f32");
  CHECK(f32.shape == Shape{2, 2});
  CHECK(same(f32.as<float>(), std::vector<float>{1, -2.5, 5, 6}));
  const Tensor f64 = picked("f64");
  CHECK(same(f64.as<double>(), std::vector<double>{0.1, 0.2, 0.5, 0.6}));
  for (const char* name : {"bf16", "f16"}) {
    CAPTURE(name);
    const Tensor widened = picked(name);
    CHECK(same(widened.as<float>(), std::vector<float>{1, 2, 5, 6}));
  }
  CHECK(checkpoint->get_rows("f32", {3, 2}, {}).shape == Shape{0, 2});
}

TEST_CASE("a name is found with and without the family's prefix, and by its old spelling") {
  const Folder folder;
  const auto checkpoint =
      checkpoint_of(folder, safetensors({{"bert.encoder.weight", "F32", {6}, bytes()},
                                         {"pooler.weight", "F32", {6}, bytes()},
                                         {"bert.embeddings.LayerNorm.gamma", "F32", {6}, bytes()},
                                         {"embeddings.LayerNorm.beta", "F32", {6}, bytes()},
                                         {"cls.bias", "F32", {6}, bytes()}}));
  CHECK(checkpoint->stored_name("encoder.weight") == "bert.encoder.weight");
  CHECK(checkpoint->stored_name("pooler.weight") == "pooler.weight");
  CHECK(checkpoint->stored_name("embeddings.LayerNorm.weight") == "bert.embeddings.LayerNorm.gamma");
  CHECK(checkpoint->stored_name("embeddings.LayerNorm.bias") == "embeddings.LayerNorm.beta");
  CHECK_FALSE(checkpoint->contains("bias"));
  CHECK(checkpoint->contains("cls.bias"));
  CHECK(floats(checkpoint->get("embeddings.LayerNorm.weight", {6})) == numbers);
  CHECK(checkpoint->names().size() == 5);
}

TEST_CASE("a tensor that is there under two spellings is refused with both") {
  const Folder folder;
  const auto checkpoint =
      checkpoint_of(folder, safetensors({{"bert.encoder.weight", "F32", {6}, bytes()},
                                         {"encoder.weight", "F32", {6}, bytes()},
                                         {"a.LayerNorm.weight", "F32", {6}, bytes()},
                                         {"bert.a.LayerNorm.gamma", "F32", {6}, bytes()}}));
  CHECK(
      refusal(*checkpoint, "encoder.weight", {6}) ==
      folder.path("model.safetensors") +
          ": holds 'encoder.weight' and 'bert.encoder.weight', which stand for the same tensor; remove one");
  CHECK(refusal(*checkpoint, "a.LayerNorm.weight", {6}).find("'bert.a.LayerNorm.gamma'") !=
        std::string::npos);
}

TEST_CASE("all names that stand for a tensor are found, the one without prefix first") {
  const Folder folder;
  const auto checkpoint = checkpoint_of(folder, safetensors({{"bert.a.LayerNorm.gamma", "F32", {6}, bytes()},
                                                             {"bert.a.LayerNorm.weight", "F32", {6}, bytes()},
                                                             {"a.LayerNorm.gamma", "F32", {6}, bytes()}}));
  using Names = std::vector<std::string>;
  CHECK(checkpoint->stored_names("a.LayerNorm.weight") ==
        Names{"a.LayerNorm.gamma", "bert.a.LayerNorm.weight", "bert.a.LayerNorm.gamma"});
  CHECK(checkpoint->stored_name("a.LayerNorm.weight") == "a.LayerNorm.gamma");
  CHECK(checkpoint->stored_names("b").empty());
}

TEST_CASE("a missing tensor is named with what was tried and the nearest there are") {
  const Folder folder;
  const auto checkpoint =
      checkpoint_of(folder, safetensors({{"bert.layer.0.query.weight", "F32", {6}, bytes()},
                                         {"bert.layer.0.query.bias", "F32", {6}, bytes()},
                                         {"bert.layer.1.query.weight", "F32", {6}, bytes()},
                                         {"bert.layer.\x1b.query.weight", "F32", {6}, bytes()},
                                         {"other.layer.7.value.weight", "F32", {6}, bytes()}}));
  CHECK(refusal(*checkpoint, "layer.2.query.weight", {6}) ==
        folder.path("model.safetensors") +
            ": no tensor 'layer.2.query.weight', nor with bert. before it; nearest are "
            "'bert.layer.\\u001b.query.weight', 'bert.layer.0.query.weight', 'bert.layer.1.query.weight'");
  CHECK(refusal(*checkpoint, "layer.7.value.weight", {6})
            .ends_with("; there is 'other.layer.7.value.weight', but 'other.' is no prefix of this family"));
  CHECK(refusal(*checkpoint, "x", {6}).ends_with("; it has 5 tensors, none with a similar name"));
  CHECK(refusal(*checkpoint, std::string(1'000'000, 'x'), {6}).find("5 tensors") != std::string::npos);
}

TEST_CASE("a tensor of another shape or type than the model's is refused by name, once it is used") {
  const Folder folder;
  const auto checkpoint = checkpoint_of(folder, safetensors({{"bert.a", "F32", {2, 3}, bytes()},
                                                             {"ids", "I64", {3}, std::string(24, '\0')},
                                                             {"tiny", "F8_E4M3", {6}, "abcdef"}}));
  const std::string path = folder.path("model.safetensors");
  CHECK(refusal(*checkpoint, "a", {3, 2}) == path + ": tensor 'bert.a' is 2x3, but config.json says 3x2");
  CHECK(refusal(*checkpoint, "a", {6}).find("is 2x3") != std::string::npos);
  CHECK(refusal(*checkpoint, "ids", {3}) ==
        path + ": tensor 'ids' is of dtype I64; only F32, F64, F16 and BF16 can be computed with");
  CHECK(refusal(*checkpoint, "tiny", {6}).find("F8_E4M3") != std::string::npos);
}

TEST_CASE("names of any length and characters are found") {
  const Folder folder;
  const std::string longest(1'000'000, 'n');
  const auto checkpoint = checkpoint_of(folder, safetensors({{longest, "F32", {6}, bytes()},
                                                             {"a\nb\x1b\u202e", "F32", {6}, bytes()},
                                                             {"", "U8", {0}, ""}}));
  CHECK(checkpoint->contains(longest));
  CHECK(checkpoint->contains("a\nb\x1b\u202e"));
  CHECK(checkpoint->contains(""));
  CHECK(refusal(*checkpoint, "a\nb\x1b\u202e", {1}).find("'a\\u000ab\\u001b\\u202e' is 6") !=
        std::string::npos);
}
