// What all kernels share. Only what NVRTC has without any header: no INFINITY, NAN or int32_t.
#pragma once

// The elements of a loop over n that a thread takes, whatever the grid.
#define FOR_ELEMENTS(i, n)                                                   \
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < (unsigned)(n); \
       i += gridDim.x * blockDim.x)

// A size to divide by: n / size for n < 2^31 by a product and a shift, which the host works out.
// Source: Granlund and Montgomery, "Division by invariant integers using multiplication", 1994.
struct Divisor {
  unsigned size, magic, shift;
};
__device__ inline unsigned quotient(unsigned n, const Divisor& d) {
  return (__umulhi(n, d.magic) + n) >> d.shift;
}

// Neighbours that are read or written by one access, at a multiple of so many: 16 bytes of them.
template <typename T, unsigned size = 16 / sizeof(T)>
struct alignas(size * sizeof(T)) Pack {
  static const unsigned SIZE = size;
  T at[size];
};
template <unsigned size, typename T>
__device__ inline Pack<T, size> load_pack(const T* x) {
  return *(const Pack<T, size>*)x;
}
template <unsigned size, typename T>
__device__ inline void store_pack(T* y, const Pack<T, size>& pack) {
  *(Pack<T, size>*)y = pack;
}

__device__ inline float infinity() { return __int_as_float(0x7F800000); }
__device__ inline float not_a_number() { return __int_as_float(0x7FC00000); }

// Numbers as they are stored: truncated and saturated for integers, in which NaN is 0.
template <typename T>
__device__ inline T stored(double x);
template <>
__device__ inline float stored<float>(double x) { return (float)x; }
template <>
__device__ inline double stored<double>(double x) { return x; }
template <>
__device__ inline int stored<int>(double x) {
  return x != x ? 0 : x >= 2147483647.0 ? 2147483647 : x <= -2147483648.0 ? -2147483647 - 1 : (int)x;
}
template <>
__device__ inline unsigned char stored<unsigned char>(double x) {
  return x != x || x <= 0 ? 0 : x >= 255 ? 255 : (unsigned char)x;
}

// NaN wins, and 0 is larger than -0.
template <typename T>
__device__ inline T larger(T a, T b) {
  if (a != a) return a;
  if (a == b) return 1 / a > 0 ? a : b;
  return a > b ? a : b;
}
template <typename T>
__device__ inline T smaller(T a, T b) {
  if (a != a) return a;
  if (a == b) return 1 / a < 0 ? a : b;
  return a < b ? a : b;
}

// As in Java: NaN for 1 to the power of an infinity and for anything to that of NaN.
template <typename T>
__device__ inline T power(T a, T b) {
  if (b != b || (fabs(a) == 1 && isinf(b))) return (T)not_a_number();
  return pow(a, b);
}
