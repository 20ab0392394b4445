// Two files of tensors, tensor by tensor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/compare.h"
#include "report/tensor_file.h"

namespace mha {

/// How a tensor of one file relates to that of the same name in the other, from best to worst.
enum class Relation {
  equal,    ///< every number is the same
  close,    ///< every number is within the tolerance
  differs,  ///< some number is not
  shapes,   ///< the shapes are not the same
  types,    ///< of a type that is not computed with, and its bytes or types are not the same
  only_in_a,
  only_in_b,
};

constexpr bool is_agreement(Relation relation) { return relation <= Relation::close; }

struct TensorDiff {
  std::string name;
  Relation relation;
  std::optional<Shape> a, b;             ///< the shapes there are
  std::optional<Difference> difference;  ///< where numbers were compared
};

struct DiffRequest {
  Tolerance tolerance;
  std::vector<std::string> ignored;   ///< patterns of names that are left out, with * and ? (fnmatch)
  std::optional<std::string> chosen;  ///< pattern of the names that are looked at
};

/// The names of the tensors of a file that are not left out; what --tensor says for an array without a name.
/// Throws Error(usage) where there is none.
std::vector<std::string> names_in(const TensorFile& file, const DiffRequest& request);

/// All tensors of both files that are not left out, in the order of their names. The array of a .npy has no
/// name: it is compared with the other file's only tensor. Throws Error(usage) where that has several, or
/// where nothing is left to be compared.
std::vector<TensorDiff> diff(const TensorFile& a, const TensorFile& b, const DiffRequest& request);

/// A line a tensor, and a line that counts them.
std::string diff_text(const std::vector<TensorDiff>& diffs, const DiffRequest& request);

/// One document; what has no value, or none that JSON knows, is null.
std::string diff_json(const std::vector<TensorDiff>& diffs, const DiffRequest& request);

/// "2 of 5 tensors disagree; the first is output: differs, ...", or nothing if all agree.
std::optional<std::string> diff_failure(const std::vector<TensorDiff>& diffs);

}  // namespace mha
