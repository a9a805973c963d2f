// Softmax by rows, on OpenMP's threads. Compiled once for each instruction set, as loops.cpp is;
// variant.h names its entries.
#include "softmax.h"

#include "functions.h"
#include "variant.h"

namespace {

// As AttentionMask.HIDDEN.
constexpr float HIDDEN = -1e30f;

// Elements that are added up in F32; their sums are in F64.
constexpr int64_t ADDED = 512;

float* floats(int64_t address) { return reinterpret_cast<float*>(address); }

// scale x + mask, in the place of the result.
WITHOUT_CALLS void scores(const Softmax& s, int64_t row, const float* x, float* y) {
  float scale = static_cast<float>(s.scale);
  int64_t n = s.columns;
  if (s.mask == 0) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = x[i] * scale;
  } else {
    const float* mask =
        floats(s.mask) + reinterpret_cast<const int32_t*>(s.maskRows)[row] * s.maskColumns;
    float all = s.maskColumns == 1 ? mask[0] : 0;
    if (s.maskColumns == 1) {
#pragma omp simd
      for (int64_t i = 0; i < n; i++) y[i] = x[i] * scale + all;
    } else {
#pragma omp simd
      for (int64_t i = 0; i < n; i++) y[i] = x[i] * scale + mask[i];
    }
  }
  if (s.queries > 0) {
    for (int64_t i = row % s.queries + 1; i < n; i++) y[i] += HIDDEN;
  }
}

// A NaN is no maximum, but comes through the sum.
WITHOUT_CALLS float maximum(const float* x, int64_t n) {
  float max = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : max)
  for (int64_t i = 0; i < n; i++) max = x[i] > max ? x[i] : max;
  return max;
}

// The sum of the exponentials, which are kept in y if that is asked for.
template <bool KEPT>
WITHOUT_CALLS double exponentials(const float* x, float max, float* y, int64_t n) {
  double total = 0;
  for (int64_t from = 0; from < n; from += ADDED) {
    int64_t to = from + ADDED < n ? from + ADDED : n;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = from; i < to; i++) {
      float e = exponential(x[i] - max);
      if (KEPT) y[i] = e;
      sum += e;
    }
    total += sum;
  }
  return total;
}

void row(const Softmax& s, int64_t r) {
  int64_t n = s.columns;
  const float* x = floats(s.source) + r * n;
  float* y = floats(s.target) + r * n;
  if (s.scale != 1 || s.mask != 0 || s.queries != 0) {
    scores(s, r, x, y);
    x = y;
  }
  float max = maximum(x, n);
  float below = s.losses != 0 ? x[reinterpret_cast<const int32_t*>(s.labels)[r]] - max : 0;
  double sum;
  if (s.logarithm) {
    sum = exponentials<false>(x, max, y, n);
    float log = static_cast<float>(std::log(sum));
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = (x[i] - max) - log;
  } else {
    sum = exponentials<true>(x, max, y, n);
    float one = static_cast<float>(1 / sum);
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] *= one;
  }
  if (s.losses != 0) floats(s.losses)[r] = static_cast<float>(std::log(sum) - below);
  if (s.logSumExp != 0) floats(s.logSumExp)[r] = static_cast<float>(max + std::log(sum));
}

// With the sum of grad y along the values, which is that of the weights and their gradients.
WITHOUT_CALLS void gradRow(const SoftmaxGrad& s, int64_t r) {
  const float* g = floats(s.gradOutput) + r * s.values;
  const float* out = floats(s.output) + r * s.values;
  float along = 0;
#pragma omp simd reduction(+ : along)
  for (int64_t i = 0; i < s.values; i++) along += g[i] * out[i];
  int64_t n = s.columns;
  const float* weights = floats(s.weights) + r * n;
  float* grad = floats(s.grad) + r * n;
  float scale = static_cast<float>(s.scale);
  if (s.unscaled != 0) {
    float* unscaled = floats(s.unscaled) + r * n;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) unscaled[i] = weights[i] * (grad[i] - along);
  }
#pragma omp simd
  for (int64_t i = 0; i < n; i++) grad[i] = weights[i] * (grad[i] - along) * scale;
}

}  // namespace

void ENTRY(softmax)(const Softmax& s) {
#pragma omp parallel for num_threads(s.threads) schedule(static) if (s.threads > 1)
  for (int64_t r = 0; r < s.rows; r++) row(s, r);
}

void ENTRY(softmaxGrad)(const SoftmaxGrad& s) {
#pragma omp parallel for num_threads(s.threads) schedule(static) if (s.threads > 1)
  for (int64_t r = 0; r < s.rows; r++) gradRow(s, r);
}
