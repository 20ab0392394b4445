// Decimal numbers as the official tokenizer library reads them.
#pragma once

namespace mha {

/// The float64 that serde_json 1.0, which reads tokenizer.json for the official library, makes of the
/// shortest decimal that means `number`: it rounds the digits and the power of ten one by one, so that about
/// every seventh number of 16 or 17 digits is the neighbour of the nearest one. Scores that differ so can
/// make sums equal or different. Source: f64_from_parts in serde_json, src/de.rs.
double serde_number(double number);

}  // namespace mha
