// Atomic operations. All threads run on one of the operating system's: plain operations are atomic.
#pragma once

#define STAND_IN_ATOMIC(name, type, expression) \
  inline type name(type* p, type value) {       \
    type old = *p;                              \
    *p = (expression);                          \
    return old;                                 \
  }                                             \
  inline type name##_block(type* p, type value) { return name(p, value); }

#define STAND_IN_ATOMIC_INTEGERS(name, expression) \
  STAND_IN_ATOMIC(name, int, expression)           \
  STAND_IN_ATOMIC(name, unsigned, expression)      \
  STAND_IN_ATOMIC(name, unsigned long long, expression)

STAND_IN_ATOMIC_INTEGERS(atomicAdd, old + value)
STAND_IN_ATOMIC(atomicAdd, float, old + value)
STAND_IN_ATOMIC(atomicAdd, double, old + value)
STAND_IN_ATOMIC(atomicSub, int, old - value)
STAND_IN_ATOMIC(atomicSub, unsigned, old - value)
STAND_IN_ATOMIC_INTEGERS(atomicExch, value)
STAND_IN_ATOMIC(atomicExch, float, value)
STAND_IN_ATOMIC_INTEGERS(atomicMin, old < value ? old : value)
STAND_IN_ATOMIC(atomicMin, long long, old < value ? old : value)
STAND_IN_ATOMIC_INTEGERS(atomicMax, old > value ? old : value)
STAND_IN_ATOMIC(atomicMax, long long, old > value ? old : value)
STAND_IN_ATOMIC_INTEGERS(atomicAnd, old& value)
STAND_IN_ATOMIC_INTEGERS(atomicOr, old | value)
STAND_IN_ATOMIC_INTEGERS(atomicXor, old ^ value)
STAND_IN_ATOMIC(atomicInc, unsigned, old >= value ? 0 : old + 1)
STAND_IN_ATOMIC(atomicDec, unsigned, old == 0 || old > value ? value : old - 1)

#define STAND_IN_COMPARE_AND_SWAP(type)                         \
  inline type atomicCAS(type* p, type expected, type desired) { \
    type old = *p;                                              \
    if (old == expected) *p = desired;                          \
    return old;                                                 \
  }

STAND_IN_COMPARE_AND_SWAP(int)
STAND_IN_COMPARE_AND_SWAP(unsigned)
STAND_IN_COMPARE_AND_SWAP(unsigned short)
STAND_IN_COMPARE_AND_SWAP(unsigned long long)
