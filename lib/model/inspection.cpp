#include "model/inspection.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"
#include "model/embed.h"
#include "model/families.h"
#include "model/run_memory.h"
#include "model/weights.h"
#include "model/work.h"

namespace mha {
namespace {

/// What a config.json tells.
struct Findings {
  std::optional<std::string> model_type, refusal;
  const Family* family = nullptr;  ///< null if it is not known
  std::optional<Config> sizes;
  Wiring wiring;  ///< of the family, as far as the configuration adapts it
  bool tied = true;
};

/// Why read() refuses what it reads; nothing if it does not.
template <class Read>
std::optional<std::string> refusal_of(Read read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.status() != Status::data && error.status() != Status::limit) throw;
    return error.what();
  }
  return std::nullopt;
}

void describe(const ConfigFile& file, Findings& findings) {
  if (const auto type = file.text("model_type")) findings.model_type = *type;
  if (const auto tie = file.find("tie_word_embeddings")) findings.tied = tie->boolean() != false;
  findings.family = &find_family(file);
  findings.wiring = findings.family->wiring;
  findings.refusal = refusal_of([&] {
    auto [config, wiring] = read_description(*findings.family, file);
    findings.sizes = std::move(config);
    findings.wiring = wiring;
  });
  // Sizes that are refused too were told of already.
  if (!findings.sizes) refusal_of([&] { findings.sizes = read_sizes(*findings.family, file); });
}

Findings findings_of(const std::string& path) {
  Findings findings;
  const auto refusal = refusal_of([&] { describe(text_config(ConfigFile(path)), findings); });
  if (refusal) findings.refusal = refusal;
  return findings;
}

std::vector<HeldTensor> held_tensors(const TensorStore& store) {
  std::vector<HeldTensor> held;
  const std::vector<std::string_view> names = store.names();
  held.reserve(names.size());
  for (const std::string_view name : names) held.push_back({store.find(name), Use::unknown, {}});
  return held;
}

/// Finds what a model needs among what the files hold.
class Search {
 public:
  Search(const Inspection& inspection, const Wiring& wiring)
      : checkpoint_(*inspection.checkpoint),
        held_(inspection.held),
        config_(*inspection.sizes),
        wiring_(wiring) {
    places_.reserve(held_.size());
    for (std::size_t i = 0; i < held_.size(); ++i) places_.emplace(&held_[i].found.tensor, i);
  }

  /// What no layer has of its own, or what these layers share.
  std::vector<NeededTensor> needed(const std::vector<std::size_t>& layers) const {
    std::vector<NeededTensor> needed;
    for (const ModuleRole& role : module_roles) {
      if (role.in_layer == layers.empty()) continue;
      const auto module = module_of(config_, wiring_, role.role, layers.empty() ? 0 : layers.front());
      if (!module) continue;
      needed.push_back(look_up(module->weight, role.role, layers));
      if (module->bias) needed.push_back(look_up(*module->bias, role.role, layers));
    }
    return needed;
  }

  /// The place among those held of the tensor that has this name in a bare model; nothing if there is none.
  std::optional<std::size_t> place_of(std::string_view name) const {
    const auto stored = checkpoint_.stored_name(name);
    return stored ? std::optional(place_of_stored(*stored)) : std::nullopt;
  }

 private:
  std::size_t place_of_stored(const std::string& stored) const {
    return places_.at(&checkpoint_.store().find(stored).tensor);
  }

  NeededTensor look_up(const NamedShape& tensor, Role role, const std::vector<std::size_t>& layers) const {
    NeededTensor needed{tensor, role, layers, Fit::missing, {}, {}};
    const std::vector<std::string> stored = checkpoint_.stored_names(tensor.name);
    if (stored.empty()) return needed;
    needed.held = place_of_stored(stored.front());
    needed.fit = fit_of(held_[*needed.held].found.tensor, tensor.shape);
    if (stored.size() == 1) return needed;
    needed.fit = Fit::twice;
    needed.second = stored[1];
    return needed;
  }

  static Fit fit_of(const StoredTensor& stored, const Shape& shape) {
    if (stored.shape != shape) return Fit::misshapen;
    return stored.type->element ? Fit::fits : Fit::not_computable;
  }

  const Checkpoint& checkpoint_;
  const std::vector<HeldTensor>& held_;
  const Config& config_;
  const Wiring& wiring_;
  std::unordered_map<const StoredTensor*, std::size_t> places_;  ///< in held_
};

bool is_missing(const NeededTensor& needed) { return needed.fit == Fit::missing; }

/// True for what a run cannot come to: it lies behind a part that is not supported, or takes that part's
/// place.
bool is_out_of_reach(const NeededTensor& needed, const UnsupportedPart& part) {
  using enum Role;
  const std::size_t layer = needed.layers.front();
  if (layer != part.layer) return layer > part.layer;
  const bool in_feed_forward = needed.role == gate || needed.role == intermediate ||
                               needed.role == gate_and_intermediate || needed.role == feed_forward;
  return !part.has_attention || in_feed_forward;
}

/// A layer of which nothing is there is told as one, however many the configuration asks for.
void find_needed(const Search& search, const std::vector<std::vector<std::size_t>>& sharing,
                 Inspection& inspection) {
  inspection.needed = search.needed({});
  for (const std::vector<std::size_t>& layers : sharing) {
    std::vector<NeededTensor> needed = search.needed(layers);
    if (const auto& part = inspection.sizes->unsupported) {
      std::erase_if(
          needed, [&](const NeededTensor& each) { return is_missing(each) && is_out_of_reach(each, *part); });
    }
    if (std::ranges::all_of(needed, is_missing)) {
      inspection.absent_layers.insert(inspection.absent_layers.end(), layers.begin(), layers.end());
    } else {
      std::ranges::move(needed, std::back_inserter(inspection.needed));
    }
  }
  std::ranges::sort(inspection.absent_layers);
}

void mark_needed(Inspection& inspection) {
  for (HeldTensor& tensor : inspection.held) tensor.use = Use::unused;
  for (std::size_t i = 0; i < inspection.needed.size(); ++i) {
    const auto place = inspection.needed[i].held;
    if (!place) continue;
    inspection.held[*place].use = Use::needed;
    inspection.held[*place].needed = i;
  }
}

void mark_tied(const Search& search, const VocabularyHead& head, Inspection& inspection) {
  if (head.decoder.empty()) return;
  const std::string decoder(head.decoder), word = inspection.needed.front().tensor.name;
  const std::pair<std::string, std::string_view> ties[] = {{decoder + ".weight", word},
                                                           {decoder + ".bias", head.bias}};
  for (const auto& [name, same_as] : ties) {
    const auto copy = search.place_of(name);
    const auto original = same_as.empty() ? std::nullopt : search.place_of(same_as);
    if (!copy || !original || inspection.held[*copy].use != Use::unused) continue;
    const auto shape_at = [&](std::size_t place) { return inspection.held[place].found.tensor.shape; };
    if (shape_at(*copy) == shape_at(*original)) inspection.held[*copy].use = Use::tied;
  }
}

void assign_roles(const Findings& findings, Inspection& inspection) {
  const Config& config = *inspection.sizes;
  const Wiring wiring = names_in(*inspection.checkpoint, findings.wiring);
  const Search search(inspection, wiring);
  find_needed(search, layers_sharing(config, wiring), inspection);
  mark_needed(inspection);
  if (findings.tied) mark_tied(search, findings.family->head, inspection);
  inspection.positions = max_positions(config, wiring);
  if (inspection.refusal) return;
  inspection.refusal = refusal_of([&] {
    refuse_relative_positions(*inspection.checkpoint, wiring, config,
                              inspection.checkpoint->store().source());
  });
}

}  // namespace

Inspection inspect(const ModelName& name) {
  const WeightFiles files = locate_weights(name);
  Inspection inspection;
  inspection.model = name.text;
  Findings findings;
  if (files.config) {
    findings = findings_of(*files.config);
  } else {
    inspection.no_config = fmt::format("{}: config.json is not there", utf8::printable(files.folder));
  }
  std::vector<std::string> prefixes;
  if (findings.family != nullptr) prefixes = prefixes_of(*findings.family);
  inspection.model_type = findings.model_type;
  inspection.refusal = findings.refusal;
  inspection.sizes = findings.sizes;
  inspection.checkpoint = open_checkpoint(files.weights, std::move(prefixes));
  inspection.held = held_tensors(inspection.checkpoint->store());
  if (inspection.sizes) assign_roles(findings, inspection);
  return inspection;
}

std::optional<std::string> limit_of(const Inspection& inspection) {
  if (!inspection.sizes || !inspection.sizes->unsupported) return std::nullopt;
  return inspection.sizes->unsupported->why;
}

std::size_t parameters_of(const HeldTensor& tensor) {
  const NumberKind kind = tensor.found.tensor.type->kind;
  const bool trainable = kind == NumberKind::real || kind == NumberKind::complex;
  return trainable && tensor.use != Use::tied ? element_count(tensor.found.tensor.shape) : 0;
}

std::size_t bytes_of(const HeldTensor& tensor) { return tensor.found.tensor.end - tensor.found.tensor.begin; }

RunCost cost_of(const Config& config, std::size_t tokens) {
  const auto n = static_cast<double>(tokens);
  return {.tokens = tokens,
          .operations = layers_operations(config, {n, n, n * n}),
          .activations = work_memory({.config = config,
                                      .batch = 1,
                                      .queries = tokens,
                                      .keys = tokens,
                                      .feed_forward = true,
                                      .projections = false,
                                      .cross_attention = false,
                                      .threads = 1}),
          .attention =
              element_count({sizeof(float), config.num_layers, config.num_attention_heads, tokens, tokens})};
}

}  // namespace mha
