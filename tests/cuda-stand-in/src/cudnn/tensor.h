// Tensors and filters as their descriptors say.
#pragma once

#include <array>
#include <cstdint>

#include "context.h"

namespace cudnn {

/** N, C and the space; `rank` is 0 until the descriptor is set. */
struct Tensor {
  int type = FLOAT;
  int rank = 0;
  int dim[MAX_DIMS] = {};
  int stride[MAX_DIMS] = {};

  int64_t count() const;
  /** Elements from the first to the last, gaps included. */
  size_t extent() const;
  bool sameShape(const Tensor& other) const;
  /** Row-major, without gaps. */
  void pack();
};

/** Weights: always without gaps, K C and the space, or with C last. */
struct Filter {
  int type = FLOAT;
  int format = NCHW;
  int rank = 0;
  int dim[MAX_DIMS] = {};

  size_t count() const;
};

/** A tensor or filter of rank 3 to 5 as one with three dimensions of space, of which the first may
 * be 1. */
struct Spatial {
  int n, c;
  int space[3];
  int64_t nStep, cStep;
  int64_t step[3];

  int64_t at(int sample, int channel) const { return sample * nStep + channel * cStep; }
  int64_t at(int sample, int channel, int d, int h, int w) const {
    return at(sample, channel) + d * step[0] + h * step[1] + w * step[2];
  }
};

Spatial spatial(const Call& call, const Tensor& t);
Spatial spatial(const Call& call, const Filter& f);

/** The tensor behind a descriptor, which must have been set. */
const Tensor& tensor(const Call& call, const char* what, const void* descriptor);
const Filter& filter(const Call& call, const char* what, const void* descriptor);

void requireSame(const Call& call, const char* nameA, const Tensor& a, const char* nameB,
                 const Tensor& b);
/** `found` has these sizes. */
void requireDims(const Call& call, const char* what, const Tensor& found, int rank,
                 const int* expected);

/** Calls `body` with each tensor's offset for every element of `shape`; a size of 1 is repeated. */
template <size_t N, class Body>
void forEach(const Tensor& shape, const std::array<Tensor, N>& tensors, Body body) {
  int index[MAX_DIMS] = {};
  std::array<std::array<int64_t, MAX_DIMS>, N> step{};
  for (size_t t = 0; t < N; t++) {
    for (int d = 0; d < shape.rank; d++)
      step[t][d] = tensors[t].dim[d] == 1 ? 0 : tensors[t].stride[d];
  }
  std::array<int64_t, N> at{};
  for (int64_t i = shape.count(); i > 0; i--) {
    body(at);
    for (int d = shape.rank - 1; d >= 0; d--) {
      for (size_t t = 0; t < N; t++) at[t] += step[t][d];
      if (++index[d] < shape.dim[d]) break;
      for (size_t t = 0; t < N; t++) at[t] -= step[t][d] * shape.dim[d];
      index[d] = 0;
    }
  }
}

}  // namespace cudnn
