// CUDA's vector types, with their alignments.
#pragma once

typedef stand_in::Uint3 uint3;

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};

#define STAND_IN_VECTOR1(type, name) \
  struct name##1 { type x; };        \
  inline name##1 make_##name##1(type x) { return {x}; }

#define STAND_IN_VECTOR2(type, name, alignment)     \
  struct alignas(alignment) name##2 { type x, y; }; \
  inline name##2 make_##name##2(type x, type y) { return {x, y}; }

#define STAND_IN_VECTOR4(type, name, alignment)           \
  struct alignas(alignment) name##4 { type x, y, z, w; }; \
  inline name##4 make_##name##4(type x, type y, type z, type w) { return {x, y, z, w}; }

#define STAND_IN_VECTOR3(type, name) \
  struct name##3 { type x, y, z; };  \
  inline name##3 make_##name##3(type x, type y, type z) { return {x, y, z}; }

#define STAND_IN_VECTORS(type, name, alignment2, alignment4) \
  STAND_IN_VECTOR1(type, name)                               \
  STAND_IN_VECTOR2(type, name, alignment2)                   \
  STAND_IN_VECTOR3(type, name)                               \
  STAND_IN_VECTOR4(type, name, alignment4)

STAND_IN_VECTORS(signed char, char, 2, 4)
STAND_IN_VECTORS(unsigned char, uchar, 2, 4)
STAND_IN_VECTORS(short, short, 4, 8)
STAND_IN_VECTORS(unsigned short, ushort, 4, 8)
STAND_IN_VECTORS(int, int, 8, 16)
STAND_IN_VECTORS(long, long, 16, 16)
STAND_IN_VECTORS(unsigned long, ulong, 16, 16)
STAND_IN_VECTORS(long long, longlong, 16, 16)
STAND_IN_VECTORS(unsigned long long, ulonglong, 16, 16)
STAND_IN_VECTORS(float, float, 8, 16)
STAND_IN_VECTORS(double, double, 16, 16)

// uint3 is the type of threadIdx.
STAND_IN_VECTOR1(unsigned, uint)
STAND_IN_VECTOR2(unsigned, uint, 8)
STAND_IN_VECTOR4(unsigned, uint, 16)
inline uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
