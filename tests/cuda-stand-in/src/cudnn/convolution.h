// Convolution descriptors, the sizes that belong to them, and their algorithms.
#pragma once

#include <algorithm>
#include <vector>

#include "tensor.h"

namespace cudnn {

/** What a convolution descriptor says; `rank` counts the dimensions of space and is 0 until it is
 * set. */
struct Convolution {
  enum Mode { CONVOLUTION = 0, CROSS_CORRELATION = 1 };

  int rank = 0;
  int pad[3] = {}, stride[3] = {}, dilation[3] = {};
  int mode = CROSS_CORRELATION;
  int computeType = FLOAT;
  int groups = 1;
  int mathType = DEFAULT_MATH;

  /** The size of dimension d of the output's space. */
  int outputSize(int d, int input, int kernel) const {
    return 1 + (input + 2 * pad[d] - ((kernel - 1) * dilation[d] + 1)) / stride[d];
  }
};

const Convolution& convolution(const Call& call, const void* descriptor);

/** Which of the three products of a convolution is meant. */
enum class Direction { FORWARD, BACKWARD_DATA, BACKWARD_FILTER };

/** A convolution with its tensors, all in three dimensions of space. */
struct Problem {
  Convolution conv;
  Tensor xTensor, yTensor;
  Filter wFilter;
  Spatial x, w, y;
  int pad[3] = {0, 0, 0}, stride[3] = {1, 1, 1}, dilation[3] = {1, 1, 1};

  /** Checks that the descriptors fit each other. */
  Problem(const Call& call, const void* xDesc, const void* wDesc, const void* convDesc,
          const void* yDesc);

  /** Bytes that the algorithm wants, or -1 when it cannot solve this problem. */
  int64_t workspaceBytes(Direction direction, int algorithm) const;
};

struct Algorithm {
  int number;
  bool deterministic;
};

/** The algorithms of one direction in the order in which the heuristics name them. */
const std::vector<Algorithm>& algorithms(Direction direction);

/** Products of one filter tap with a row of outputs: offsets of the first elements, steps and how
 * many. */
struct Row {
  int64_t x, xStep, w, y, yStep;
  int count;
};

/** Calls body(row) until every product of one input, one weight and one output was named once. */
template <class Body>
void forEachRow(const Problem& p, Body body) {
  int perGroup = p.y.c / p.conv.groups;
  bool flipped = p.conv.mode == Convolution::CONVOLUTION;
  auto tap = [&](int d, int i) { return flipped ? p.w.space[d] - 1 - i : i; };
  auto input = [&](int d, int out, int i) {
    return out * p.stride[d] - p.pad[d] + i * p.dilation[d];
  };
  auto outside = [&](int d, int i) { return i < 0 || i >= p.x.space[d]; };
  auto places = [&](int n, int k, int c, int kd, int kh, int kw) {
    // The outputs of a row for which the tap does not fall into the padding.
    int first = 0, end = p.y.space[2];
    while (first < end && input(2, first, kw) < 0) first++;
    while (end > first && input(2, end - 1, kw) >= p.x.space[2]) end--;
    if (first == end) return;
    int64_t weight = p.w.at(k, c, tap(0, kd), tap(1, kh), tap(2, kw));
    int channel = k / perGroup * p.w.c + c;
    for (int od = 0; od < p.y.space[0]; od++) {
      int id = input(0, od, kd);
      if (outside(0, id)) continue;
      for (int oh = 0; oh < p.y.space[1]; oh++) {
        int ih = input(1, oh, kh);
        if (outside(1, ih)) continue;
        body(Row{p.x.at(n, channel, id, ih, input(2, first, kw)), p.stride[2] * p.x.step[2], weight,
                 p.y.at(n, k, od, oh, first), p.y.step[2], end - first});
      }
    }
  };
  for (int n = 0; n < p.y.n; n++) {
    for (int k = 0; k < p.y.c; k++) {
      for (int c = 0; c < p.w.c; c++) {
        for (int kd = 0; kd < p.w.space[0]; kd++) {
          for (int kh = 0; kh < p.w.space[1]; kh++) {
            for (int kw = 0; kw < p.w.space[2]; kw++) places(n, k, c, kd, kh, kw);
          }
        }
      }
    }
  }
}

/** The sums of x w for every element of y, at y's offsets. */
template <class T>
std::vector<double> forwardSums(const Problem& p, const T* x, const T* w) {
  std::vector<double> sums(p.yTensor.extent());
  forEachRow(p, [&](const Row& r) {
    double weight = w[r.w];
    for (int i = 0; i < r.count; i++) sums[r.y + i * r.yStep] += weight * x[r.x + i * r.xStep];
  });
  return sums;
}

/** The sums of dy w for every element of x. */
template <class T>
std::vector<double> dataSums(const Problem& p, const T* w, const T* dy) {
  std::vector<double> sums(p.xTensor.extent());
  forEachRow(p, [&](const Row& r) {
    double weight = w[r.w];
    for (int i = 0; i < r.count; i++) sums[r.x + i * r.xStep] += weight * dy[r.y + i * r.yStep];
  });
  return sums;
}

/** The sums of x dy for every weight. */
template <class T>
std::vector<double> filterSums(const Problem& p, const T* x, const T* dy) {
  std::vector<double> sums(p.wFilter.count());
  forEachRow(p, [&](const Row& r) {
    double sum = 0;
    for (int i = 0; i < r.count; i++)
      sum += static_cast<double>(x[r.x + i * r.xStep]) * dy[r.y + i * r.yStep];
    sums[r.w] += sum;
  });
  return sums;
}

}  // namespace cudnn
