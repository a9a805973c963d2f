// The scalar functions, written so that compilers make vectors of the loops that they stand in. Each
// file that includes them is compiled once for each instruction set, so that none may be shared.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

// On a function with a loop: a call that remained in it would keep it from becoming one of vectors.
#define WITHOUT_CALLS __attribute__((flatten))

namespace {

#ifdef __FMA__
inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#elif defined(__ARM_FEATURE_FMA)
inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#else
inline float fma(float a, float b, float c) { return a * b + c; }
#endif

inline uint32_t bits(float x) {
  uint32_t b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}

inline float number(uint32_t b) {
  float x;
  std::memcpy(&x, &b, sizeof x);
  return x;
}

// NaN passes through: the comparison with it is false.
inline float bounded(float x, float low, float high) {
  float t = x > high ? high : x;
  return t < low ? low : t;
}

// exp(x) = exp(r) 2^n 2^n with n = round(x / (2 log 2)). Adding the rounder leaves n in the lowest
// bits. Beyond the bounds F32 has only infinity and 0. Taylor's series, whose rest is below 1e-7.
inline float exponential(float x) {
  const float rounder = 12582912.0f;  // 1.5 * 2^23
  float t = bounded(x, -104.0f, 89.0f);
  float shifted = t * 0.72134752044448170f + rounder;
  float n = shifted - rounder;
  float r = fma(n, 2 * 2.12194440e-4f, fma(n, -2 * 0.693359375f, t));
  float power = number((bits(shifted) - (0x4B400000u - 127)) << 23);
  float p = fma(1.0f / 40320, r, 1.0f / 5040);
  p = fma(p, r, 1.0f / 720);
  p = fma(p, r, 1.0f / 120);
  p = fma(p, r, 1.0f / 24);
  p = fma(p, r, 1.0f / 6);
  p = fma(p, r, 0.5f);
  return (fma(p, r * r, r) + 1) * power * power;
}

// log(x) of a positive normal number x = (1 + m) 2^n, 1 + m from sqrt(1/2) to sqrt(2); the polynomial
// is that of Moshier's Cephes library (logf).
inline float logarithmOfNormal(float x) {
  uint32_t b = bits(x);
  int32_t n = static_cast<int32_t>(b - 0x3F3504F3u) >> 23;
  float m = number(b - (static_cast<uint32_t>(n) << 23)) - 1;
  float e = static_cast<float>(n);
  float p = fma(7.0376836292e-2f, m, -1.1514610310e-1f);
  p = fma(p, m, 1.1676998740e-1f);
  p = fma(p, m, -1.2420140846e-1f);
  p = fma(p, m, 1.4249322787e-1f);
  p = fma(p, m, -1.6668057665e-1f);
  p = fma(p, m, 2.0000714765e-1f);
  p = fma(p, m, -2.4999993993e-1f);
  p = fma(p, m, 3.3333331174e-1f);
  float z = m * m;
  float rest = fma(-0.5f, z, p * m * z);
  return fma(e, 0.693359375f, m + fma(e, -2.12194440e-4f, rest));
}

inline bool isPositiveNormal(float x) { return bits(x) - 0x00800000u < 0x7F000000u; }

// log(x) of any number; to subnormal ones it gives an exponent first.
inline float logarithm(float x) {
  bool tiny = x < std::numeric_limits<float>::min();
  float y = logarithmOfNormal(tiny ? x * 8388608.0f : x) - (tiny ? 15.9423847f : 0.0f);
  y = x == std::numeric_limits<float>::infinity() ? x : y;
  y = x == 0 ? -std::numeric_limits<float>::infinity() : y;
  return x >= 0 ? y : std::numeric_limits<float>::quiet_NaN();
}

// A square, at most so large, the NaN too: of bits without a sign the order is that of the numbers.
inline float boundedSquare(float x, float most) {
  uint32_t square = bits(x * x);
  return number(square < bits(most) ? square : bits(most));
}

// The rational approximations of Eigen and XLA. Beyond the bound of the square the quotient no longer
// grows, and the last bound is 1; a NaN comes through as the factor x.
inline float hyperbolicTangent(float x) {
  float z = boundedSquare(x, 9.05f * 9.05f);
  float p = fma(-2.76076847742355e-16f, z, 2.00018790482477e-13f);
  p = fma(p, z, -8.60467152213735e-11f);
  p = fma(p, z, 5.12229709037114e-08f);
  p = fma(p, z, 1.48572235717979e-05f);
  p = fma(p, z, 6.37261928875436e-04f);
  p = fma(p, z, 4.89352455891786e-03f);
  float q = fma(1.19825839466702e-06f, z, 1.18534705686654e-04f);
  q = fma(q, z, 2.26843463243900e-03f);
  q = fma(q, z, 4.89352518554385e-03f);
  return bounded(x * p / q, -1.0f, 1.0f);
}

inline float errorFunction(float x) {
  float z = boundedSquare(x, 16.0f);
  float p = fma(-2.72614225801306e-10f, z, 2.77068142495902e-08f);
  p = fma(p, z, -2.10102402082508e-06f);
  p = fma(p, z, -5.69250639462346e-05f);
  p = fma(p, z, -7.34990630326855e-04f);
  p = fma(p, z, -2.95459980854025e-03f);
  p = fma(p, z, -1.60960333262415e-02f);
  float q = fma(-1.45660718464996e-05f, z, -2.13374055278905e-04f);
  q = fma(q, z, -1.68282697438203e-03f);
  q = fma(q, z, -7.37332916720468e-03f);
  q = fma(q, z, -1.42647390514189e-02f);
  return bounded(x * p / q, -1.0f, 1.0f);
}

// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)); what rounding took from the sum is given back,
// and with it a NaN.
inline float softplus(float x) {
  float power = exponential(-std::fabs(x));
  float sum = 1 + power;
  float positive = x < 0 ? 0.0f : x;
  return positive + (logarithmOfNormal(sum) - ((sum - 1) - power) / sum);
}

// NaN wins, and 0 is larger than -0, of which and equal numbers the bits are joined.
inline float larger(float a, float b) {
  float either = a == b ? number(bits(a) & bits(b)) : b;
  return a > b || a != a ? a : either;
}

inline float smaller(float a, float b) {
  float either = a == b ? number(bits(a) | bits(b)) : b;
  return a < b || a != a ? a : either;
}

inline float sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

// As in Java, which unlike C has NaN for 1 to the infinity and to NaN.
inline float power(float a, float b) {
  bool undefined = b != b || (std::fabs(a) == 1 && std::isinf(b));
  return undefined ? std::numeric_limits<float>::quiet_NaN()
                   : static_cast<float>(std::pow(static_cast<double>(a), static_cast<double>(b)));
}

}  // namespace
