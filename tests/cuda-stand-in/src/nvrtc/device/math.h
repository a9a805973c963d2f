// CUDA's mathematical functions, by those of the host's libm.
#pragma once

#define STAND_IN_MATH1(name)                                       \
  inline float name##f(float x) { return __builtin_##name##f(x); } \
  inline double name(double x) { return __builtin_##name(x); }     \
  inline float name(float x) { return __builtin_##name##f(x); }
STAND_IN_MATH1(acos)
STAND_IN_MATH1(acosh)
STAND_IN_MATH1(asin)
STAND_IN_MATH1(asinh)
STAND_IN_MATH1(atan)
STAND_IN_MATH1(atanh)
STAND_IN_MATH1(cbrt)
STAND_IN_MATH1(ceil)
STAND_IN_MATH1(cos)
STAND_IN_MATH1(cosh)
STAND_IN_MATH1(erf)
STAND_IN_MATH1(erfc)
STAND_IN_MATH1(exp)
STAND_IN_MATH1(exp10)
STAND_IN_MATH1(exp2)
STAND_IN_MATH1(expm1)
STAND_IN_MATH1(fabs)
STAND_IN_MATH1(floor)
STAND_IN_MATH1(lgamma)
STAND_IN_MATH1(log)
STAND_IN_MATH1(log10)
STAND_IN_MATH1(log1p)
STAND_IN_MATH1(log2)
STAND_IN_MATH1(logb)
STAND_IN_MATH1(nearbyint)
STAND_IN_MATH1(rint)
STAND_IN_MATH1(round)
STAND_IN_MATH1(sin)
STAND_IN_MATH1(sinh)
STAND_IN_MATH1(sqrt)
STAND_IN_MATH1(tan)
STAND_IN_MATH1(tanh)
STAND_IN_MATH1(tgamma)
STAND_IN_MATH1(trunc)

#define STAND_IN_MATH2(name)                                                   \
  inline float name##f(float x, float y) { return __builtin_##name##f(x, y); } \
  inline double name(double x, double y) { return __builtin_##name(x, y); }    \
  inline float name(float x, float y) { return __builtin_##name##f(x, y); }
STAND_IN_MATH2(atan2)
STAND_IN_MATH2(copysign)
STAND_IN_MATH2(fdim)
STAND_IN_MATH2(fmax)
STAND_IN_MATH2(fmin)
STAND_IN_MATH2(fmod)
STAND_IN_MATH2(hypot)
STAND_IN_MATH2(nextafter)
STAND_IN_MATH2(pow)
STAND_IN_MATH2(remainder)

inline float pow(float x, int y) { return __builtin_powf(x, static_cast<float>(y)); }
inline double pow(double x, int y) { return __builtin_pow(x, static_cast<double>(y)); }

inline float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }
inline float rsqrtf(float x) { return 1.0f / __builtin_sqrtf(x); }
inline float rsqrt(float x) { return rsqrtf(x); }
inline double rsqrt(double x) { return 1.0 / __builtin_sqrt(x); }
inline float normcdff(float x) { return 0.5f * erfcf(-x * 0.70710678f); }
inline double normcdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
inline float ldexpf(float x, int exponent) { return __builtin_ldexpf(x, exponent); }
inline double ldexp(double x, int exponent) { return __builtin_ldexp(x, exponent); }
inline float frexpf(float x, int* exponent) { return __builtin_frexpf(x, exponent); }
inline double frexp(double x, int* exponent) { return __builtin_frexp(x, exponent); }
inline float modff(float x, float* whole) { return __builtin_modff(x, whole); }
inline double modf(double x, double* whole) { return __builtin_modf(x, whole); }
inline int ilogbf(float x) { return __builtin_ilogbf(x); }
inline long lrintf(float x) { return __builtin_lrintf(x); }
inline long lrint(double x) { return __builtin_lrint(x); }
inline long long llrintf(float x) { return __builtin_llrintf(x); }
inline long long llrint(double x) { return __builtin_llrint(x); }
inline long lround(double x) { return __builtin_lround(x); }
inline long long llroundf(float x) { return __builtin_llroundf(x); }
inline long long llround(double x) { return __builtin_llround(x); }
inline float nanf(const char*) { return __builtin_nanf(""); }
inline double nan(const char*) { return __builtin_nan(""); }
inline float rcbrtf(float x) { return 1 / cbrtf(x); }
inline double rcbrt(double x) { return 1 / cbrt(x); }
inline long lroundf(float x) { return __builtin_lroundf(x); }
inline void sincosf(float x, float* sine, float* cosine) {
  *sine = sinf(x);
  *cosine = cosf(x);
}
inline void sincos(double x, double* sine, double* cosine) {
  *sine = sin(x);
  *cosine = cos(x);
}
inline float sinpif(float x) {
  return static_cast<float>(sin(3.14159265358979323846 * remainder(static_cast<double>(x), 2.0)));
}
inline float cospif(float x) {
  return static_cast<float>(cos(3.14159265358979323846 * remainder(static_cast<double>(x), 2.0)));
}

inline bool isnan(float x) { return __builtin_isnan(x); }
inline bool isnan(double x) { return __builtin_isnan(x); }
inline bool isinf(float x) { return __builtin_isinf(x); }
inline bool isinf(double x) { return __builtin_isinf(x); }
inline bool isfinite(float x) { return __builtin_isfinite(x); }
inline bool isfinite(double x) { return __builtin_isfinite(x); }
inline bool signbit(float x) { return __builtin_signbit(x); }
inline bool signbit(double x) { return __builtin_signbit(x); }

inline int abs(int x) { return x < 0 ? -x : x; }
inline long abs(long x) { return x < 0 ? -x : x; }
inline long long abs(long long x) { return x < 0 ? -x : x; }
inline long long llabs(long long x) { return abs(x); }
inline float abs(float x) { return fabsf(x); }
inline double abs(double x) { return fabs(x); }

// Of numbers of different types NVRTC takes the wider or the unsigned one.
#define STAND_IN_MIN_MAX(a, b, result)                             \
  inline result min(a x, b y) {                                    \
    result u = static_cast<result>(x), v = static_cast<result>(y); \
    return u < v ? u : v;                                          \
  }                                                                \
  inline result max(a x, b y) {                                    \
    result u = static_cast<result>(x), v = static_cast<result>(y); \
    return u > v ? u : v;                                          \
  }
STAND_IN_MIN_MAX(int, int, int)
STAND_IN_MIN_MAX(unsigned, unsigned, unsigned)
STAND_IN_MIN_MAX(int, unsigned, unsigned)
STAND_IN_MIN_MAX(unsigned, int, unsigned)
STAND_IN_MIN_MAX(long, long, long)
STAND_IN_MIN_MAX(unsigned long, unsigned long, unsigned long)
STAND_IN_MIN_MAX(long, unsigned long, unsigned long)
STAND_IN_MIN_MAX(unsigned long, long, unsigned long)
STAND_IN_MIN_MAX(long long, long long, long long)
STAND_IN_MIN_MAX(unsigned long long, unsigned long long, unsigned long long)
STAND_IN_MIN_MAX(long long, unsigned long long, unsigned long long)
STAND_IN_MIN_MAX(unsigned long long, long long, unsigned long long)

// Of floating-point numbers NaN is the one that is left out.
inline float min(float x, float y) { return fminf(x, y); }
inline float max(float x, float y) { return fmaxf(x, y); }
inline double min(double x, double y) { return fmin(x, y); }
inline double max(double x, double y) { return fmax(x, y); }
inline double min(float x, double y) { return fmin(static_cast<double>(x), y); }
inline double max(float x, double y) { return fmax(static_cast<double>(x), y); }
inline double min(double x, float y) { return fmin(x, static_cast<double>(y)); }
inline double max(double x, float y) { return fmax(x, static_cast<double>(y)); }

// The fast ones are as exact as the others here.
inline float __expf(float x) { return expf(x); }
inline float __exp10f(float x) { return exp10f(x); }
inline float __logf(float x) { return logf(x); }
inline float __log2f(float x) { return log2f(x); }
inline float __log10f(float x) { return log10f(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __sinf(float x) { return sinf(x); }
inline float __cosf(float x) { return cosf(x); }
inline float __tanf(float x) { return tanf(x); }
inline void __sincosf(float x, float* sine, float* cosine) { sincosf(x, sine, cosine); }
inline float fdividef(float x, float y) { return x / y; }
inline float __fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1) : 0; }

// Operations with a rounding of their own: to nearest, which is the only one here.
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
inline float __frcp_rn(float x) { return 1 / x; }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float __frsqrt_rn(float x) { return rsqrtf(x); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __drcp_rn(double x) { return 1 / x; }
inline double __dsqrt_rn(double x) { return sqrt(x); }
inline double __fma_rn(double x, double y, double z) { return fma(x, y, z); }
