// What NVRTC declares before the first line of a program, for g++. Only what the bare NVRTC has: no
// INFINITY, NAN, int32_t, FLT_MAX, std:: and so on, so that kernels which use them do not compile
// here either. Qualifiers such as __device__ and __shared__ are replaced before g++ sees them.
#pragma once

#include "kernel_module.h"

#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 6

#define __align__(n) __attribute__((aligned(n)))
#define __restrict__ __restrict
#define __grid_constant__
#define __builtin_assume(condition) ((void)0)

typedef unsigned long size_t;
typedef long ptrdiff_t;
typedef long clock_t;

extern "C" void* memset(void*, int, size_t);
extern "C" void* memcpy(void*, const void*, size_t);

namespace stand_in {
namespace {
// The driver finds both through the module's table.
__attribute__((used)) Registers registers;
__attribute__((used)) const Runtime* runtime;
}  // namespace

template <class T>
inline unsigned long long to_bits(T value) {
  static_assert(sizeof(T) <= 8, "at most 8 bytes go through a warp operation");
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof value);
  return bits;
}

template <class T>
inline T from_bits(unsigned long long bits) {
  T value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}
}  // namespace stand_in

#include "vectors.h"

// Kernels only read them.
#define threadIdx (static_cast<const uint3&>(stand_in::registers.thread))
#define blockIdx (static_cast<const uint3&>(stand_in::registers.block))
#define blockDim (static_cast<const uint3&>(stand_in::registers.block_dim))
#define gridDim (static_cast<const uint3&>(stand_in::registers.grid_dim))
#define warpSize 32

#define printf(...) (stand_in::runtime->print(__VA_ARGS__))
#define assert(condition) \
  ((condition) ? (void)0 : stand_in::runtime->trap(#condition, __FILE__, __LINE__))
#define __trap() (stand_in::runtime->trap("__trap()", __FILE__, __LINE__))

#include "arithmetic.h"
#include "atomics.h"
#include "kernel_table.h"
#include "math.h"
#include "warp.h"
