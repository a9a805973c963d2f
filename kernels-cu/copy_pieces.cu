// Copies pieces of one tensor to their places in another, each by a row of blocks.
#include "common.cuh"

const unsigned PIECES = 128;
struct Piece {
  unsigned from, to, count;
};
struct Pieces {
  Piece at[PIECES];
};

// Where both places are multiples of 16 bytes, four elements are moved at a time.
extern "C" __global__ void copy_pieces(const float* x, float* y, const Pieces pieces) {
  const Piece piece = pieces.at[blockIdx.y];
  const float* from = x + piece.from;
  float* to = y + piece.to;
  const unsigned long long places = (unsigned long long)from | (unsigned long long)to;
  const unsigned packs = places % sizeof(float4) == 0 ? piece.count / 4 : 0;
  FOR_ELEMENTS(i, packs) { ((float4*)to)[i] = ((const float4*)from)[i]; }
  FOR_ELEMENTS(i, piece.count - 4 * packs) { to[4 * packs + i] = from[4 * packs + i]; }
}
