// Loads with hints, conversions, bits and integer arithmetic.
#pragma once

#define STAND_IN_LOAD(name)   \
  template <class T>          \
  inline T name(const T* p) { \
    return *p;                \
  }
STAND_IN_LOAD(__ldg)
STAND_IN_LOAD(__ldca)
STAND_IN_LOAD(__ldcg)
STAND_IN_LOAD(__ldcs)
STAND_IN_LOAD(__ldlu)
STAND_IN_LOAD(__ldcv)

#define STAND_IN_STORE(name)        \
  template <class T>                \
  inline void name(T* p, T value) { \
    *p = value;                     \
  }
STAND_IN_STORE(__stwb)
STAND_IN_STORE(__stcg)
STAND_IN_STORE(__stcs)
STAND_IN_STORE(__stwt)

#define STAND_IN_SAME_BITS(name, from, to) \
  inline to name(from x) { return stand_in::from_bits<to>(stand_in::to_bits(x)); }
STAND_IN_SAME_BITS(__float_as_int, float, int)
STAND_IN_SAME_BITS(__float_as_uint, float, unsigned)
STAND_IN_SAME_BITS(__int_as_float, int, float)
STAND_IN_SAME_BITS(__uint_as_float, unsigned, float)
STAND_IN_SAME_BITS(__double_as_longlong, double, long long)
STAND_IN_SAME_BITS(__longlong_as_double, long long, double)

inline int __double2hiint(double x) { return static_cast<int>(stand_in::to_bits(x) >> 32); }
inline int __double2loint(double x) { return static_cast<int>(stand_in::to_bits(x)); }
inline double __hiloint2double(int high, int low) {
  unsigned long long bits = static_cast<unsigned long long>(high) << 32;
  return stand_in::from_bits<double>(bits | static_cast<unsigned>(low));
}

// Conversions saturate and make 0 of NaN, as those of the GPU do.
namespace stand_in {
template <class To, class From>
inline To saturate(From x, To least, To most) {
  if (x != x) return 0;
  if (x <= static_cast<From>(least)) return least;
  return x >= static_cast<From>(most) ? most : static_cast<To>(x);
}
}  // namespace stand_in

#define STAND_IN_TO_INTEGER(suffix, round)                                                        \
  inline int __float2int_##suffix(float x) {                                                      \
    return stand_in::saturate(__builtin_##round##f(x), -2147483647 - 1, 2147483647);              \
  }                                                                                               \
  inline unsigned __float2uint_##suffix(float x) {                                                \
    return stand_in::saturate(__builtin_##round##f(x), 0u, 4294967295u);                          \
  }                                                                                               \
  inline int __double2int_##suffix(double x) {                                                    \
    return stand_in::saturate(__builtin_##round(x), -2147483647 - 1, 2147483647);                 \
  }                                                                                               \
  inline long long __float2ll_##suffix(float x) {                                                 \
    return stand_in::saturate(__builtin_##round##f(x), -STAND_IN_LLONG_MAX - 1,                   \
                              STAND_IN_LLONG_MAX);                                                \
  }                                                                                               \
  inline long long __double2ll_##suffix(double x) {                                               \
    return stand_in::saturate(__builtin_##round(x), -STAND_IN_LLONG_MAX - 1, STAND_IN_LLONG_MAX); \
  }
#define STAND_IN_LLONG_MAX 9223372036854775807ll
STAND_IN_TO_INTEGER(rn, rint)
STAND_IN_TO_INTEGER(rz, trunc)
STAND_IN_TO_INTEGER(rd, floor)
STAND_IN_TO_INTEGER(ru, ceil)

inline float __int2float_rn(int x) { return static_cast<float>(x); }
inline float __uint2float_rn(unsigned x) { return static_cast<float>(x); }
inline float __ll2float_rn(long long x) { return static_cast<float>(x); }
inline float __ull2float_rn(unsigned long long x) { return static_cast<float>(x); }
inline double __int2double_rn(int x) { return x; }
inline double __uint2double_rn(unsigned x) { return x; }
inline double __ll2double_rn(long long x) { return static_cast<double>(x); }
inline double __ull2double_rn(unsigned long long x) { return static_cast<double>(x); }
inline float __double2float_rn(double x) { return static_cast<float>(x); }

inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x ? __builtin_clz(static_cast<unsigned>(x)) : 32; }
inline int __clzll(long long x) {
  return x ? __builtin_clzll(static_cast<unsigned long long>(x)) : 64;
}
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int i = 0; i < 32; i++) reversed |= (x >> i & 1) << (31 - i);
  return reversed;
}
inline unsigned long long __brevll(unsigned long long x) {
  unsigned long long low = __brev(static_cast<unsigned>(x));
  return low << 32 | __brev(static_cast<unsigned>(x >> 32));
}
// Byte i of the result is that of the eight in x and y which digit i of the selector names.
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  unsigned long long bytes = static_cast<unsigned long long>(y) << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; i++) {
    unsigned chosen = selector >> 4 * i & 7;
    result |= static_cast<unsigned>(bytes >> 8 * chosen & 255) << 8 * i;
  }
  return result;
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  shift &= 31;
  return shift ? high << shift | low >> (32 - shift) : high;
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  shift &= 31;
  return shift ? high << (32 - shift) | low >> shift : low;
}

inline int __mulhi(int a, int b) { return static_cast<int>((static_cast<long long>(a) * b) >> 32); }
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<unsigned long long>(a) * b >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>(static_cast<unsigned __int128>(a) * b >> 64);
}
inline long long __mul64hi(long long a, long long b) {
  return static_cast<long long>((static_cast<__int128>(a) * b) >> 64);
}
inline int __mul24(int a, int b) { return (a << 8 >> 8) * (b << 8 >> 8); }

inline long long clock64() {
  static long long ticks;
  return ticks += 100;
}
inline clock_t clock() { return static_cast<clock_t>(clock64()); }
