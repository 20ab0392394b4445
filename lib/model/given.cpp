#include "model/given.h"

#include <span>

#include "base/error.h"
#include "base/utf8.h"
#include "kernel/widen.h"
#include "model/config.h"

namespace mha {
namespace {

/// "q.npy is 1x12x5x64".
std::string size_text(const GivenTensor& tensor) {
  return fmt::format("{} is {}", utf8::printable(tensor.source), to_string(tensor.values.shape));
}

[[noreturn]] void refuse(const GivenTensor& a, const GivenTensor& b, const char* reason) {
  fail(Status::data, "{}, {}: {}", size_text(a), size_text(b), reason);
}

void check_key(const GivenTensor& query, const GivenTensor& key) {
  const Shape &q = query.values.shape, &k = key.values.shape;
  if (q[0] != k[0]) refuse(query, key, "query and key need the same batch");
  if (q[3] != k[3]) refuse(query, key, "query and key need the same head_dim");
  if (q[1] % k[1] != 0) {
    refuse(query, key,
           "the heads of query must be a multiple of those of key, as in grouped-query attention");
  }
}

}  // namespace

Feed Given::feed() const {
  if (heads) return heads->value ? Feed::heads : Feed::query_and_key;
  return embeddings ? Feed::embeddings : Feed::tokens;
}

std::vector<std::pair<std::string_view, std::string>> sources_of(const Given& given) {
  std::vector<std::pair<std::string_view, std::string>> sources;
  const auto add = [&](std::string_view name, const GivenTensor& tensor) {
    sources.emplace_back(name, utf8::printable(tensor.source));
  };
  if (given.embeddings) add("embeddings", *given.embeddings);
  if (!given.heads) return sources;
  add("query", given.heads->query);
  add("key", given.heads->key);
  if (given.heads->value) add("value", *given.heads->value);
  return sources;
}

AttentionShape shape_of(const GivenHeads& heads) {
  check_key(heads.query, heads.key);
  if (heads.value && heads.value->values.shape != heads.key.values.shape) {
    refuse(heads.key, *heads.value, "key and value need the same size");
  }
  const Shape &query = heads.query.values.shape, &key = heads.key.values.shape;
  if (query[1] > max_heads) {
    fail(Status::limit, "{}: more than {} heads are not supported", size_text(heads.query), max_heads);
  }
  return {.embed_dim = 0, .num_heads = query[1], .num_kv_heads = key[1], .head_dim = query[3]};
}

template <class Number>
std::vector<Number> token_rows(const GivenTensor& given, std::size_t sequence) {
  const Shape& shape = given.values.shape;
  const std::size_t heads = shape.size() == 4 ? shape[1] : 1, features = shape.back();
  const std::size_t tokens = shape[shape.size() - 2];
  std::vector<Number> rows(heads * tokens * features);
  for (std::size_t h = 0; h < heads; ++h) {
    for (std::size_t t = 0; t < tokens; ++t) {
      const std::size_t first = ((sequence * heads + h) * tokens + t) * features;
      kernel::widen(given.values, first, std::span(rows).subspan((t * heads + h) * features, features));
    }
  }
  return rows;
}

template std::vector<float> token_rows(const GivenTensor&, std::size_t);
template std::vector<double> token_rows(const GivenTensor&, std::size_t);

}  // namespace mha
