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

// Each result joins so many elements, in pieces of which each gives a result of its own.
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

// Joins every so many elements from one on: four at a time, to have four loads under way.
template <class F, typename T>
__device__ typename Accumulator<T>::type share(const T* x, const Places& joined, unsigned from,
                                               unsigned to, unsigned step) {
  typedef typename Accumulator<T>::type A;
  A a = F::template none<A>();
  A b = a;
  A c = a;
  A d = a;
  for (; from + 3 * step < to; from += 4 * step) {
    const A next_a = x[place(joined, from)];
    const A next_b = x[place(joined, from + step)];
    const A next_c = x[place(joined, from + 2 * step)];
    const A next_d = x[place(joined, from + 3 * step)];
    a = F::join(a, next_a);
    b = F::join(b, next_b);
    c = F::join(c, next_c);
    d = F::join(d, next_d);
  }
  for (; from < to; from += step) a = F::join(a, (A)x[place(joined, from)]);
  return F::join(F::join(a, b), F::join(c, d));
}

// The same for neighbours that are read together: each so many accesses one.
template <class F, typename T>
__device__ typename Accumulator<T>::type share_of_packs(const T* x, const Places& joined,
                                                        unsigned from, unsigned to,
                                                        unsigned step) {
  typedef typename Accumulator<T>::type A;
  const unsigned size = Pack<T>::SIZE;
  A parts[size];
#pragma unroll
  for (unsigned k = 0; k < size; ++k) parts[k] = F::template none<A>();
#pragma unroll 4
  for (; from < to; from += step) {
    const Pack<T> pack = *(const Pack<T>*)(x + place(joined, from));
#pragma unroll
    for (unsigned k = 0; k < size; ++k) parts[k] = F::join(parts[k], (A)pack.at[k]);
  }
#pragma unroll
  for (unsigned half = size / 2; half > 0; half /= 2) {
#pragma unroll
    for (unsigned k = 0; k < half; ++k) parts[k] = F::join(parts[k], parts[k + half]);
  }
  return parts[0];
}

__device__ inline unsigned piece_start(const Reduction& r) { return blockIdx.y * r.piece_length; }

__device__ inline unsigned piece_end(const Reduction& r) {
  const unsigned end = piece_start(r) + r.piece_length;
  return end < r.length ? end : r.length;
}

// Neighbours in memory belong to one result, which a team of threads makes.
template <class F, bool packed, typename T>
__device__ void rows(const T* x, T* y, const Reduction& r, unsigned team) {
  typedef typename Accumulator<T>::type A;
  const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned result = thread / team;
  A a = F::template none<A>();
  if (result < r.results) {
    const unsigned first = piece_start(r) + thread % team;
    const T* from = x + place(r.kept, result);
    a = packed ? share_of_packs<F>(from, r.joined, first, piece_end(r), team)
               : share<F>(from, r.joined, first, piece_end(r), team);
  }
  a = team_join<F>(a, team);
  if (result < r.results && thread % team == 0) {
    y[result * r.pieces + blockIdx.y] = stored<T>(a);
  }
}

// Neighbours in memory belong to neighbouring results: a block makes some of them side by side.
template <class F, typename T>
__device__ void columns(const T* x, T* y, const Reduction& r) {
  typedef typename Accumulator<T>::type A;
  __shared__ A parts[256];
  const unsigned result = blockIdx.x * blockDim.x + threadIdx.x;
  A a = F::template none<A>();
  if (result < r.results) {
    const unsigned first = piece_start(r) + threadIdx.y;
    a = share<F>(x + place(r.kept, result), r.joined, first, piece_end(r), blockDim.y);
  }
  const unsigned at = threadIdx.y * blockDim.x + threadIdx.x;
  parts[at] = a;
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) parts[at] = F::join(parts[at], parts[at + half * blockDim.x]);
  }
  if (result < r.results && threadIdx.y == 0) {
    y[result * r.pieces + blockIdx.y] = stored<T>(parts[at]);
  }
}

// The kernels for a function and an element type, which a generated source asks for: all pairs of
// them would take seconds to compile.
#define REDUCE(F, T)                                                                             \
  extern "C" __global__ void reduce_rows(const T* x, T* y, const __grid_constant__ Reduction r,  \
                                         unsigned team) {                                        \
    rows<F, false>(x, y, r, team);                                                               \
  }                                                                                              \
  extern "C" __global__ void reduce_packed_rows(                                                 \
      const T* x, T* y, const __grid_constant__ Reduction r, unsigned team) {                    \
    rows<F, true>(x, y, r, team);                                                                \
  }                                                                                              \
  extern "C" __global__ void reduce_columns(const T* x, T* y,                                    \
                                            const __grid_constant__ Reduction r) {               \
    columns<F>(x, y, r);                                                                         \
  }
