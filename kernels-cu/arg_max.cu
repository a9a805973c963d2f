// The index of the largest element along an axis, the first of equals.
#include "common.cuh"

template <typename C>
struct Candidate {
  C value;
  int index;
};

template <typename C>
__device__ inline Candidate<C> better(Candidate<C> a, Candidate<C> b) {
  return b.value > a.value || (b.value == a.value && b.index < a.index) ? b : a;
}

// x[o, k, i] along k: neighbouring threads read neighbours. C is what elements are compared as.
template <typename T, typename C>
__device__ void along_columns(const T* x, int* y, unsigned n, unsigned size, Divisor inner) {
  FOR_ELEMENTS(i, n) {
    const unsigned outer = quotient(i, inner);
    const T* column = x + outer * size * inner.size + i - outer * inner.size;
    Candidate<C> best = {(C)column[0], 0};
    for (unsigned k = 1; k < size; k++) {
      const C value = (C)column[k * inner.size];
      if (value > best.value) {
        best = {value, (int)k};
      }
    }
    y[i] = best.index;
  }
}

// x[row, k] along k: a warp for each row, in blocks of whole warps. The first thread has seen an
// element of the row, so that its index is one whatever the row holds.
template <typename T, typename C>
__device__ void along_rows(const T* x, int* y, unsigned rows, unsigned size) {
  const unsigned lane = threadIdx.x % 32;
  const unsigned warps = gridDim.x * blockDim.x / 32;
  for (unsigned row = (blockIdx.x * blockDim.x + threadIdx.x) / 32; row < rows; row += warps) {
    const T* values = x + row * size;
    Candidate<C> best = {-(C)infinity(), (int)size};
    if (lane < size) {
      best = {(C)values[lane], (int)lane};
    }
    for (unsigned k = lane + 32; k < size; k += 32) {
      const C value = (C)values[k];
      if (value > best.value) {
        best = {value, (int)k};
      }
    }
    for (int distance = 16; distance > 0; distance /= 2) {
      const Candidate<C> other = {
          __shfl_down_sync(0xFFFFFFFFu, best.value, distance),
          __shfl_down_sync(0xFFFFFFFFu, best.index, distance)};
      best = better(best, other);
    }
    if (lane == 0) {
      y[row] = best.index;
    }
  }
}

#define FOR_TYPE(T, C, name)                                                                  \
  extern "C" __global__ void columns_##name(                                                  \
      const T* x, int* y, unsigned n, unsigned size, Divisor inner) {                         \
    along_columns<T, C>(x, y, n, size, inner);                                                \
  }                                                                                           \
  extern "C" __global__ void rows_##name(const T* x, int* y, unsigned rows, unsigned size) {  \
    along_rows<T, C>(x, y, rows, size);                                                       \
  }
FOR_TYPE(float, float, f32)
FOR_TYPE(double, double, f64)
FOR_TYPE(int, double, i32)
FOR_TYPE(unsigned char, float, u8)
