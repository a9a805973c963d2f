// What FilterReorder.java lays out: all fields of 8 bytes.
#pragma once

#include <cstdint>

// Filters [O, I, H, W], of whose output or input channels some are to lie side by side:
// target[block][position][other channel][channel within the block].
struct FilterReorder {
  int64_t source;
  int64_t target;
  int64_t threads;
  int64_t channels;      // that are blocked
  int64_t channelStep;   // in the source
  int64_t block;         // channels side by side; at most 64
  int64_t others;        // the channels of the other kind
  int64_t otherStep;     // in the source
  int64_t positions;     // H * W, neighbours in the source
};
