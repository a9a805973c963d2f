// What a dropout descriptor says.
#pragma once

#include "context.h"

namespace cudnn {

struct Dropout {
  bool set = false;
  float probability = 0;
  void* states = nullptr;
  size_t stateBytes = 0;
  unsigned long long seed = 0;
};

}  // namespace cudnn
