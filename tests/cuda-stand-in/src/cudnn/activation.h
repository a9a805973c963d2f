// What an activation descriptor says.
#pragma once

#include "context.h"

namespace cudnn {

enum ActivationMode {
  SIGMOID = 0,
  RELU = 1,
  TANH = 2,
  CLIPPED_RELU = 3,
  ELU = 4,
  IDENTITY = 5,
  SWISH = 6
};

struct Activation {
  int mode = -1;
  bool propagatesNan = false;
  double coefficient = 0;
  double swishBeta = 1;

  double apply(double x) const;
  /** The derivative at x, where y = apply(x). */
  double slope(double x, double y) const;
};

const Activation& activation(const Call& call, const void* descriptor);

}  // namespace cudnn
