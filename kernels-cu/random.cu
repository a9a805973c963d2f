// Random numbers by Philox 4x32-10 (Salmon et al., SC 2011): four 32-bit words of a counter
// (element / 4, 0, step, micro-step) under a key (seed, stream); element i takes word i mod 4.
// Step and micro-step lie on the device.
#include "common.cuh"

__device__ inline uint4 philox(uint4 counter, unsigned seed, unsigned stream) {
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const unsigned low0 = 0xD2511F53u * counter.x;
    const unsigned low1 = 0xCD9E8D57u * counter.z;
    const unsigned high0 = __umulhi(0xD2511F53u, counter.x);
    const unsigned high1 = __umulhi(0xCD9E8D57u, counter.z);
    counter = make_uint4(high1 ^ counter.y ^ seed, low1, high0 ^ counter.w ^ stream, low0);
    seed += 0x9E3779B9u;
    stream += 0xBB67AE85u;
  }
  return counter;
}

// What the four elements of a block become: loaded and stored at once where all are there.
template <typename T>
struct alignas(16) Four {
  T part[4];
};

template <typename T>
__device__ inline void store(T* y, unsigned block, unsigned n, const Four<T>& four) {
  if (n - 4 * block >= 4) {
    ((Four<T>*)y)[block] = four;
  } else {
    for (unsigned k = 0; k < n - 4 * block; k++) {
      y[4 * block + k] = four.part[k];
    }
  }
}

template <typename T>
__device__ inline Four<T> load(const T* x, unsigned block, unsigned n) {
  if (n - 4 * block >= 4) {
    return ((const Four<T>*)x)[block];
  }
  Four<T> four = {};
  for (unsigned k = 0; k < n - 4 * block; k++) {
    four.part[k] = x[4 * block + k];
  }
  return four;
}

// In [0, 1), by the upper 24 bits: exact in F32.
__device__ inline float uniform(unsigned bits) { return (bits >> 8) * (1.0f / (1 << 24)); }

// By Box and Muller, two of two words; in F64, so that all backends round the same number.
__device__ inline double2 normal(unsigned u, unsigned v) {
  const double radius = sqrt(-2 * log(1 - (double)uniform(u)));
  const double angle = 2 * 3.14159265358979323846 * uniform(v);
  return make_double2(radius * cos(angle), radius * sin(angle));
}

#define FOR_TYPE(T, name)                                                                     \
  extern "C" __global__ void uniform_##name(                                                  \
      const int* step, const int* microStep, T* y, unsigned n, unsigned seed,                 \
      unsigned stream) {                                                                      \
    FOR_ELEMENTS(block, (n + 3) / 4) {                                                        \
      const uint4 words = philox(make_uint4(block, 0, *step, *microStep), seed, stream);      \
      const Four<T> four = {                                                                  \
          uniform(words.x), uniform(words.y), uniform(words.z), uniform(words.w)};            \
      store(y, block, n, four);                                                               \
    }                                                                                         \
  }                                                                                           \
  extern "C" __global__ void normal_##name(                                                   \
      const int* step, const int* microStep, T* y, unsigned n, unsigned seed,                 \
      unsigned stream) {                                                                      \
    FOR_ELEMENTS(block, (n + 3) / 4) {                                                        \
      const uint4 words = philox(make_uint4(block, 0, *step, *microStep), seed, stream);      \
      const double2 a = normal(words.x, words.y);                                             \
      const double2 b = normal(words.z, words.w);                                             \
      const Four<T> four = {(T)a.x, (T)a.y, (T)b.x, (T)b.y};                                  \
      store(y, block, n, four);                                                               \
    }                                                                                         \
  }                                                                                           \
  extern "C" __global__ void dropout_##name(                                                  \
      const T* x, const int* step, const int* microStep, T* y, unsigned n, unsigned seed,     \
      unsigned stream, unsigned threshold, double scale) {                                    \
    FOR_ELEMENTS(block, (n + 3) / 4) {                                                        \
      const uint4 words = philox(make_uint4(block, 0, *step, *microStep), seed, stream);      \
      const Four<T> in = load(x, block, n);                                                   \
      const Four<T> four = {                                                                  \
          words.x >= threshold ? (T)(in.part[0] * scale) : 0,                                 \
          words.y >= threshold ? (T)(in.part[1] * scale) : 0,                                 \
          words.z >= threshold ? (T)(in.part[2] * scale) : 0,                                 \
          words.w >= threshold ? (T)(in.part[3] * scale) : 0};                                \
      store(y, block, n, four);                                                               \
    }                                                                                         \
  }
FOR_TYPE(float, f32)
FOR_TYPE(double, f64)
