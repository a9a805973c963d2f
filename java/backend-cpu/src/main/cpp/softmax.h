// What NativeSoftmax.java lays out: all fields of 8 bytes.
#pragma once

#include <cstdint>

// The softmax of each row of scale x + mask, or its logarithm.
struct Softmax {
  int64_t source;
  int64_t target;       // the source, or another place
  int64_t rows;
  int64_t columns;
  int64_t threads;
  int64_t logarithm;    // whether to write that
  int64_t logSumExp;    // where that of each row goes; 0 for nowhere
  int64_t labels;       // I32: the column of each row whose negative logarithm is the row's loss
  int64_t losses;       // where that goes; 0 for nowhere
  double scale;
  int64_t mask;         // 0 for none
  int64_t maskRows;     // I32: which row of the mask is added to a row
  int64_t maskColumns;  // as many as there are, or 1 that counts for all
  int64_t queries;      // 0, or row t of so many sees the columns up to t, as AttentionMask.java says
};

// The gradient by scale x, of which the softmax was made, times the scale.
struct SoftmaxGrad {
  int64_t weights;     // the softmax
  int64_t grad;        // its gradient [rows, columns], in whose place the result goes
  int64_t rows;
  int64_t columns;
  int64_t threads;
  double scale;
  int64_t gradOutput;  // [rows, values]: the gradient by what the weights were used for
  int64_t output;      // [rows, values]: that itself
  int64_t values;
  int64_t unscaled;    // where the result goes without the scale, too; 0 for nowhere
};
