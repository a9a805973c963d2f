// The sum of the squares of many tensors' elements.
#include "common.cuh"
#include "teams.cuh"

// So many of them go into a launch, as arguments; each is cut into tiles.
const unsigned TENSORS = 128;
const unsigned TILE = 4096;
template <typename T>
struct Tensors {
  const T* x[TENSORS];
  unsigned elements[TENSORS];
  unsigned first_tile[TENSORS + 1];
  unsigned count;
  unsigned packed;  // whether all begin at multiples of 16 bytes
};

// One partial sum for each block: threads add up their squares in the elements' type, the rest is
// added in F64.
template <typename T>
__device__ void sum_of_squares(const Tensors<T>& tensors, double* partial) {
  T sum = 0;
  unsigned tensor = 0;
  for (unsigned tile = blockIdx.x; tile < tensors.first_tile[tensors.count]; tile += gridDim.x) {
    while (tile >= tensors.first_tile[tensor + 1]) ++tensor;
    const T* x = tensors.x[tensor];
    const unsigned start = (tile - tensors.first_tile[tensor]) * TILE;
    const unsigned left = tensors.elements[tensor] - start;
    const unsigned end = start + (left < TILE ? left : TILE);
    const unsigned size = Pack<T>::SIZE;
    const unsigned packs_end = tensors.packed ? end / size * size : start;
#pragma unroll 4
    for (unsigned i = start + threadIdx.x * size; i < packs_end; i += blockDim.x * size) {
      const Pack<T> pack = load_pack<size>(x + i);
#pragma unroll
      for (unsigned k = 0; k < size; ++k) sum += pack.at[k] * pack.at[k];
    }
    for (unsigned i = packs_end + threadIdx.x; i < end; i += blockDim.x) sum += x[i] * x[i];
  }
  const double joined = team_join<Sum>((double)sum, blockDim.x);
  if (threadIdx.x == 0) partial[blockIdx.x] = joined;
}

template <typename T>
__device__ void sum_of_partials(const double* partial, unsigned count, T* y) {
  double sum = 0;
  for (unsigned i = threadIdx.x; i < count; i += blockDim.x) sum += partial[i];
  sum = team_join<Sum>(sum, blockDim.x);
  if (threadIdx.x == 0) *y = (T)sum;
}

#define KERNELS(type, T)                                                                    \
  extern "C" __global__ void sum_of_squares_##type(const Tensors<T> x, double* partial) {   \
    sum_of_squares(x, partial);                                                             \
  }                                                                                         \
  extern "C" __global__ void sum_of_partials_##type(const double* partial, unsigned count,  \
                                                    T* y) {                                 \
    sum_of_partials(partial, count, y);                                                     \
  }

KERNELS(f32, float)
KERNELS(f64, double)
