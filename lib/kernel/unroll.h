// For the loops over registers of a micro-kernel: unrolled whole, or the registers would lie in memory.
#pragma once

#define MHA_UNROLL _Pragma("GCC unroll 32")
