// What a picture of attention maps looks like.
//
// One map stands alone; several are a grid of small ones: a row a layer and a column a head, or, of one layer
// or of maps without heads, rows of about as many as there are rows. Sequences stand below each other, each
// under its text. Tokens are written to the left of each row of maps and above the first one, where a cell is
// at least 9 units high; in smaller cells there are none. All maps share one scale, from 0 to the largest
// number of all, drawn below.
#pragma once

#include "report/files.h"
#include "report/picture/drawing.h"

namespace mha {

Drawing drawing_of(const FileContent& content);

}  // namespace mha
