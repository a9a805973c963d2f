// What NativeRandom.java lays out: all fields of 8 bytes.
#pragma once

#include <cstdint>

// Numbers by Philox 4x32-10, whose counters are (element / 4, 0, step, micro-step).
struct Random {
  int64_t source;     // elements that are kept or dropped; 0 for uniform numbers in [0, 1)
  int64_t target;
  int64_t elements;
  int64_t threads;
  int64_t seed;       // the key
  int64_t stream;
  int64_t step;       // where the counters' words lie, I32
  int64_t microStep;
  int64_t threshold;  // a word below it drops its element
  double scale;       // what a kept element is multiplied by
};
