// Entries of an axis by index: gather, its gradient scatter-add, and one-hot.
#include "common.cuh"

// y[o, k, j] = x[o, indices[k], j], in units of 1 to 16 bytes.
template <typename T>
__device__ void gather(
    const T* x, const int* indices, T* y, unsigned n, unsigned size, Divisor count, Divisor inner) {
  FOR_ELEMENTS(i, n) {
    const unsigned row = quotient(i, inner);
    const unsigned outer = quotient(row, count);
    const unsigned index = indices[row - outer * count.size];
    assert(index < size);
    y[i] = x[(outer * size + index) * inner.size + i - row * inner.size];
  }
}

#define FOR_UNIT(T, bytes)                                                                    \
  extern "C" __global__ void gather_##bytes(                                                  \
      const T* x, const int* indices, T* y, unsigned n, unsigned size, Divisor count,         \
      Divisor inner) {                                                                        \
    gather(x, indices, y, n, size, count, inner);                                             \
  }
FOR_UNIT(unsigned char, 1)
FOR_UNIT(unsigned short, 2)
FOR_UNIT(unsigned, 4)
FOR_UNIT(unsigned long long, 8)
FOR_UNIT(uint4, 16)

// Scatter-add sorts the positions of the updates by their indices, stably, by radix: for each
// digit of 8 bits, from the lowest, how often it comes in each tile of positions; where the
// tile's first one of each digit goes; all of them to their places. Nothing depends on the order
// in which threads run.
#define DIGITS 256
#define TILE 256  // positions, and threads of a block: the thread t also stands for the digit t

// The digits of a tile's keys; those behind the last key have a value that is no digit.
__device__ inline int digit(const int* keys, unsigned p, unsigned count, int shift) {
  return p < count ? keys[p] >> shift & (DIGITS - 1) : DIGITS;
}

extern "C" __global__ void count_digits(
    const int* keys, unsigned* counts, unsigned count, unsigned size, int shift, unsigned tiles) {
  __shared__ int digits[TILE];
  for (unsigned tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    const unsigned p = tile * TILE + threadIdx.x;
    assert(p >= count || (unsigned)keys[p] < size);
    digits[threadIdx.x] = digit(keys, p, count, shift);
    __syncthreads();
    unsigned found = 0;
    for (int k = 0; k < TILE; k++) {
      found += digits[k] == threadIdx.x;
    }
    counts[threadIdx.x * tiles + tile] = found;
    __syncthreads();
  }
}

// Each number becomes the sum of those before it. One block, each thread with a run of its own.
#define SCANNERS 1024
extern "C" __global__ void sum_before(unsigned* numbers, unsigned n) {
  __shared__ unsigned sums[SCANNERS];
  const unsigned t = threadIdx.x;
  const unsigned length = (n + SCANNERS - 1) / SCANNERS;
  const unsigned from = min(t * length, n);
  const unsigned to = min(from + length, n);
  unsigned sum = 0;
  for (unsigned i = from; i < to; i++) {
    sum += numbers[i];
  }
  sums[t] = sum;
  __syncthreads();
  for (unsigned distance = 1; distance < SCANNERS; distance *= 2) {
    const unsigned left = t >= distance ? sums[t - distance] : 0;
    __syncthreads();
    sums[t] += left;
    __syncthreads();
  }
  unsigned before = t == 0 ? 0 : sums[t - 1];
  for (unsigned i = from; i < to; i++) {
    const unsigned number = numbers[i];
    numbers[i] = before;
    before += number;
  }
}

// In the first pass positions are in their own order.
extern "C" __global__ void place_digits(
    const int* keys, const unsigned* order, int* keysTo, unsigned* orderTo,
    const unsigned* places, unsigned count, int shift, unsigned tiles) {
  __shared__ int digits[TILE];
  for (unsigned tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    const unsigned p = tile * TILE + threadIdx.x;
    const int own = digit(keys, p, count, shift);
    digits[threadIdx.x] = own;
    __syncthreads();
    if (p < count) {
      unsigned place = places[own * tiles + tile];
      for (unsigned k = 0; k < threadIdx.x; k++) {
        place += digits[k] == own;
      }
      keysTo[place] = keys[p];
      orderTo[place] = shift == 0 ? p : order[p];
    }
    __syncthreads();
  }
}

// Where in the sorted keys those begin that are s or more, for s from 0 to size.
extern "C" __global__ void find_starts(
    const int* keys, unsigned* starts, unsigned count, unsigned size) {
  FOR_ELEMENTS(s, size + 1) {
    unsigned low = 0;
    unsigned high = count;
    while (low < high) {
      const unsigned middle = (low + high) / 2;
      if ((unsigned)keys[middle] < s) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    starts[s] = low;
  }
}

// y[o, s, j] = the sum of updates[o, order[p], j] over the p of s, in their order.
template <typename T>
__device__ void add_updates(
    const T* updates, const unsigned* order, const unsigned* starts, T* y, unsigned n,
    unsigned count, Divisor size, Divisor inner) {
  FOR_ELEMENTS(i, n) {
    const unsigned row = quotient(i, inner);
    const unsigned outer = quotient(row, size);
    const unsigned s = row - outer * size.size;
    const T* column = updates + outer * count * inner.size + i - row * inner.size;
    const unsigned end = starts[s + 1];
    double sum = 0;
#pragma unroll 8
    for (unsigned p = starts[s]; p < end; p++) {
      sum += column[order[p] * inner.size];
    }
    y[i] = stored<T>(sum);
  }
}

#define FOR_TYPE(T, name)                                                                     \
  extern "C" __global__ void add_updates_##name(                                              \
      const T* updates, const unsigned* order, const unsigned* starts, T* y, unsigned n,      \
      unsigned count, Divisor size, Divisor inner) {                                          \
    add_updates(updates, order, starts, y, n, count, size, inner);                            \
  }                                                                                           \
  extern "C" __global__ void one_hot_##name(                                                  \
      const int* indices, T* y, unsigned n, Divisor depth) {                                  \
    FOR_ELEMENTS(i, n) {                                                                      \
      const unsigned k = quotient(i, depth);                                                  \
      y[i] = (unsigned)indices[k] == i - k * depth.size;                                      \
    }                                                                                         \
  }
FOR_TYPE(float, f32)
FOR_TYPE(double, f64)
FOR_TYPE(int, i32)
FOR_TYPE(unsigned char, u8)
