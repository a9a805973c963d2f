// Sums, largest and smallest elements along axes.
#pragma once
#include "common.cuh"
#include "teams.cuh"

// Where elements lie that differ in some groups of axes, the innermost group first.
const int GROUPS = 4;
struct Places {
  unsigned groups;
  Divisor sizes[GROUPS];
  unsigned steps[GROUPS];
};

__device__ inline unsigned place(const Places& places, unsigned i) {
  unsigned at = 0;
  const unsigned last = places.groups - 1;
  for (unsigned g = 0; g < last; ++g) {
    const unsigned outer = quotient(i, places.sizes[g]);
    at += (i - outer * places.sizes[g].size) * places.steps[g];
    i = outer;
  }
  return at + i * places.steps[last];
}

// Each result joins so many elements, in pieces of which each gives a result of its own. Packs of
// neighbours that are joined, or of neighbouring results, count as one.
struct Reduction {
  Places kept;
  Places joined;
  unsigned results;
  unsigned length;
  unsigned pieces;
  unsigned piece_length;
};

// F32 is joined in F32, by many threads in a tree; integers in F64, which has room for them.
template <typename T>
struct Accumulator {
  typedef double type;
};
template <>
struct Accumulator<float> {
  typedef float type;
};

template <class F, typename A, typename T, unsigned size>
__device__ void join(Pack<A, size>& a, const Pack<T, size>& b) {
#pragma unroll
  for (unsigned k = 0; k < size; ++k) a.at[k] = F::join(a.at[k], (A)b.at[k]);
}

// Joins every so many packs from one on: four at a time, to have four loads under way.
template <class F, typename A, unsigned size, typename T>
__device__ Pack<A, size> share(const T* x, const Places& joined, unsigned from, unsigned to,
                               unsigned step) {
  Pack<A, size> parts[4];
#pragma unroll
  for (unsigned part = 0; part < 4; ++part) {
#pragma unroll
    for (unsigned k = 0; k < size; ++k) parts[part].at[k] = F::template none<A>();
  }
  for (; from + 3 * step < to; from += 4 * step) {
    Pack<T, size> next[4];
#pragma unroll
    for (unsigned part = 0; part < 4; ++part) {
      next[part] = load_pack<size>(x + place(joined, from + part * step));
    }
#pragma unroll
    for (unsigned part = 0; part < 4; ++part) join<F>(parts[part], next[part]);
  }
  for (; from < to; from += step) join<F>(parts[0], load_pack<size>(x + place(joined, from)));
  join<F>(parts[0], parts[1]);
  join<F>(parts[2], parts[3]);
  join<F>(parts[0], parts[2]);
  return parts[0];
}

__device__ inline unsigned piece_start(const Reduction& r) { return blockIdx.y * r.piece_length; }

__device__ inline unsigned piece_end(const Reduction& r) {
  const unsigned end = piece_start(r) + r.piece_length;
  return end < r.length ? end : r.length;
}

// Neighbours in memory belong to one result, which a team of threads makes.
template <class F, unsigned size, typename T>
__device__ void rows(const T* x, T* y, const Reduction& r, unsigned team) {
  typedef typename Accumulator<T>::type A;
  const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned result = thread / team;
  A a = F::template none<A>();
  if (result < r.results) {
    const unsigned first = piece_start(r) + thread % team;
    const T* from = x + place(r.kept, result);
    const auto pack = share<F, A, size>(from, r.joined, first, piece_end(r), team);
#pragma unroll
    for (unsigned k = 0; k < size; ++k) a = F::join(a, pack.at[k]);
  }
  a = team_join<F>(a, team);
  if (result < r.results && thread % team == 0) {
    y[result * r.pieces + blockIdx.y] = stored<T>(a);
  }
}

// Neighbours in memory belong to neighbouring results: a block makes some of them side by side.
template <class F, unsigned size, typename T>
__device__ void columns(const T* x, T* y, const Reduction& r) {
  typedef typename Accumulator<T>::type A;
  const unsigned result = blockIdx.x * blockDim.x + threadIdx.x;
  Pack<A, size> a = {};
  if (result < r.results) {
    const unsigned first = piece_start(r) + threadIdx.y;
    const T* from = x + place(r.kept, result);
    a = share<F, A, size>(from, r.joined, first, piece_end(r), blockDim.y);
  }
  join_rows<F>(a);
  if (result >= r.results || threadIdx.y > 0) return;
  Pack<T, size> made;
#pragma unroll
  for (unsigned k = 0; k < size; ++k) made.at[k] = stored<T>(a.at[k]);
  if (r.pieces == 1) {
    store_pack(y + result * size, made);
  } else {
#pragma unroll
    for (unsigned k = 0; k < size; ++k) y[(result * size + k) * r.pieces + blockIdx.y] = made.at[k];
  }
}

// The kernels for a function and an element type, which a generated source asks for: all pairs of
// them would take seconds to compile.
#define REDUCE(F, T) REDUCE_PACKS(F, T, 1, reduce)
#define REDUCE_PACKED(F, T) REDUCE_PACKS(F, T, Pack<T>::SIZE, reduce_packed)
#define REDUCE_PACKS(F, T, size, name)                                                           \
  extern "C" __global__ void name##_rows(const T* x, T* y, const __grid_constant__ Reduction r,  \
                                         unsigned team) {                                        \
    rows<F, size>(x, y, r, team);                                                                \
  }                                                                                              \
  extern "C" __global__ void name##_columns(const T* x, T* y,                                    \
                                            const __grid_constant__ Reduction r) {               \
    columns<F, size>(x, y, r);                                                                   \
  }
