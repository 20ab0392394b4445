#include "app/own_inputs.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "kernel/widen.h"
#include "report/npy.h"
#include "report/tensor_file.h"

namespace mha {
namespace {

/// What an option takes: its name without dashes, and the form with a batch.
struct Kind {
  std::string_view name, form;
  std::size_t rank;
};

constexpr Kind embeddings_kind{"embeddings", "[B, T, embed_dim] or [T, embed_dim]", 3};
constexpr Kind query_kind{"query", "[B, H, T, head_dim] or [H, T, head_dim]", 4};
constexpr Kind key_kind{"key", "[B, H_kv, S, head_dim] or [H_kv, S, head_dim]", 4};
constexpr Kind value_kind{"value", "[B, H_kv, S, head_dim] or [H_kv, S, head_dim]", 4};

/// The only tensor, or the one of that name, or the only one of that short name.
const FileTensor& choose(const TensorFile& file, const std::string& path, std::string_view name) {
  const std::vector<FileTensor>& tensors = file.tensors();
  if (tensors.size() == 1) return tensors.front();
  std::vector<const FileTensor*> found;
  for (const FileTensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
    if (short_name(tensor.name) == name) found.push_back(&tensor);
  }
  if (found.size() == 1) return *found.front();
  const std::string several =
      found.empty() ? fmt::format("none is named '{}'", name)
                    : fmt::format("'{}' and '{}' are both that", utf8::printable(found[0]->name),
                                  utf8::printable(found[1]->name));
  fail(Status::data, "--{} {}: holds {} tensors, and {}; save that one to a file of its own", name,
       utf8::printable(path), tensors.size(), several);
}

/// Throws Error(data) for what is not of floats.
void check_type(const FileTensor& tensor, const std::string& source) {
  if (tensor.element) return;
  fail(Status::data, "{}: numbers of type {} are not computed with; save floats", source,
       utf8::printable(tensor.type));
}

GivenTensor open(const std::string& path, const Kind& kind) {
  const auto file = std::make_shared<const TensorFile>(path);
  const FileTensor& tensor = choose(*file, path, kind.name);
  const std::string source = fmt::format("--{} {}", kind.name, utf8::printable(path));
  check_type(tensor, source);
  TensorView values = tensor.view();
  if (values.shape.size() + 1 == kind.rank) values.shape.insert(values.shape.begin(), 1);
  if (values.shape.size() != kind.rank) {
    fail(Status::data, "{}: the tensor is {}, but {} is wanted", source, to_string(tensor.shape), kind.form);
  }
  if (element_count(values.shape) == 0) {
    fail(Status::data, "{}: the tensor is {}, so there is nothing to attend to; no dimension may be 0",
         source, to_string(tensor.shape));
  }
  return {path, std::move(values), file};
}

/// Options of texts that are given, which numbers have no use for.
std::vector<std::string_view> text_options(const TextOptions& text) {
  const std::pair<bool, std::string_view> options[] = {
      {!text.texts.empty(), "--text"},
      {text.file.has_value(), "--text-file"},
      {!text.ids.empty(), "--ids"},
      {!text.token_types.empty(), "--token-types"},
      {!text.pairs.empty(), "--pair"},
      {!text.contexts.empty(), "--context"},
      {text.tokenizer.has_value(), "--tokenizer"},
      {text.special_tokens == true, "--special-tokens"},
      {text.special_tokens == false, "--no-special-tokens"},
      {text.format.null_separated, "--null"},
      {text.format.invalid != InvalidUtf8::refuse, "--invalid-utf8"},
      {text.truncate, "--truncate"}};
  std::vector<std::string_view> given;
  for (const auto& [is_given, name] : options) {
    if (is_given) given.push_back(name);
  }
  return given;
}

void check_heads(const Options& options) {
  const OwnInputOptions& own = options.own;
  if (own.embeddings) {
    fail(Status::usage,
         "--embeddings and --query, --key, --value exclude each other: those are projected "
         "already; give one or the other");
  }
  if (!own.query || !own.key) {
    fail(Status::usage,
         "--query and --key go together; give both, and --value too if more than weights is wanted");
  }
  if (options.choice.name) {
    fail(Status::usage, "--query and --key are projected already, so that --model has no part; leave it out");
  }
  if (options.report.format == "tutorial") {
    fail(Status::usage,
         "--format tutorial shows what enters and leaves a layer; of --query and --key there "
         "is attention alone");
  }
}

/// What the width of a model comes from, for messages.
std::string width_source(const Options& options, const Model& model) {
  if (model.family != nullptr) return utf8::printable(model.name) + " has hidden_size";
  if (options.model.config.hidden_size) return "--hidden-size is";
  return fmt::format("--config {} has hidden_size",
                     utf8::printable(options.model.config.config.value_or(std::string(default_preset))));
}

}  // namespace

void check_own_inputs(const Options& options) {
  const OwnInputOptions& own = options.own;
  if (own.feed() == Feed::tokens) return;
  const std::vector<std::string_view> texts = text_options(options.text);
  if (!texts.empty()) {
    fail(Status::usage, "{} and {} exclude each other: numbers take the place of text; leave one out",
         texts.front(), own.embeddings ? "--embeddings" : "--query");
  }
  if (own.has_heads()) check_heads(options);
}

GeneralMask open_mask(const std::string& path) {
  const std::string source = utf8::printable(path), extension = std::filesystem::path(path).extension();
  if (extension != ".npz" && extension != ".safetensors") return to_general_mask(read_npy(path), source);
  const TensorFile file(path);
  const FileTensor& tensor = choose(file, path, "mask");
  check_type(tensor, source);
  require_memory(checked_product(element_count(tensor.shape), sizeof(double), "bytes of the mask"), source);
  Tensor values = Tensor::zeros<double>(tensor.shape);
  kernel::widen(tensor.view(), 0, values.as<double>());
  return to_general_mask(values, source);
}

Given open_own_inputs(const OwnInputOptions& own) {
  Given given;
  if (own.embeddings) given.embeddings = open(*own.embeddings, embeddings_kind);
  if (!own.has_heads()) return given;
  given.heads = GivenHeads{open(*own.query, query_kind), open(*own.key, key_kind), {}};
  if (own.value) given.heads->value = open(*own.value, value_kind);
  return given;
}

Model load_model(const Options& options, const Given& given) {
  if (given.heads) return attention_alone(shape_of(*given.heads));
  ModelRequest request = options.model;
  if (!given.embeddings) return load_model(request);
  const std::string source = utf8::printable(given.embeddings->source);
  const std::size_t width = given.embeddings->values.shape.back();
  if (!request.config.config && !request.config.hidden_size) {
    request.config.hidden_size = width;
    request.config.hidden_size_source = fmt::format("embed_dim of {},", source);
  }
  Model model = load_model(request);
  if (model.config.hidden_size != width) {
    fail(Status::data, "--embeddings {}: {} has {} features a token, but {} {}; they must be the same",
         source, to_string(given.embeddings->values.shape), width, width_source(options, model),
         model.config.hidden_size);
  }
  return model;
}

}  // namespace mha
