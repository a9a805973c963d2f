// Softmax, its logarithm and the loss that is made of it, line by line.
#include "common.cuh"
#include "teams.cuh"

template <class L, typename T>
__device__ T largest(const L& line, T) {
  return line.template join<Largest>([](unsigned, T v) { return v; });
}

// Of x - max, which cannot overflow.
template <class L, typename T>
__device__ T sum_of_exponentials(const L& line, T max) {
  return line.template join<Sum>([=](unsigned, T v) { return exp(v - max); });
}

struct Softmax {
  template <typename T, bool kept>
  static __device__ void run(const T* x, T* y, const Lines& lines) {
    const Line<T, kept> line(x, lines);
    const T max = largest(line, T());
    const T scale = 1 / sum_of_exponentials(line, max);
    line.each([&](unsigned i, T v) { y[line.place(i)] = exp(v - max) * scale; });
  }
};

struct LogSoftmax {
  template <typename T, bool kept>
  static __device__ void run(const T* x, T* y, const Lines& lines) {
    const Line<T, kept> line(x, lines);
    const T max = largest(line, T());
    const T log_sum = log(sum_of_exponentials(line, max));
    line.each([&](unsigned i, T v) { y[line.place(i)] = v - max - log_sum; });
  }
};

template <typename T, bool kept>
__device__ void softmax_cross_entropy(const T* logits, const int* labels, T* loss, T* probabilities,
                                      const Lines& lines) {
  const Line<T, kept> line(logits, lines);
  const T max = largest(line, T());
  const T sum = sum_of_exponentials(line, max);
  if (line.number >= lines.count) return;
  const T scale = 1 / sum;
  const unsigned label = (unsigned)labels[line.number];
  assert(label < line.length);
  line.each([&](unsigned i, T v) {
    probabilities[line.place(i)] = exp(v - max) * scale;
    if (i == label) loss[line.number] = max - v + log(sum);
  });
}

template <typename T>
__device__ void softmax_cross_entropy_grad(const T* probabilities, const int* labels,
                                           const T* grad_loss, T* grad, unsigned classes,
                                           unsigned n) {
  FOR_ELEMENTS(i, n) {
    const unsigned row = i / classes;
    const unsigned label = (unsigned)labels[row];
    assert(label < classes);
    const T target = i - row * classes == label ? 1 : 0;
    grad[i] = grad_loss[row] * (probabilities[i] - target);
  }
}

#define KERNELS(type, T)                                                                           \
  TEAM_KERNEL softmax_##type(const T* x, T* y, const Lines lines) {                                \
    fits(lines) ? Softmax::run<T, true>(x, y, lines) : Softmax::run<T, false>(x, y, lines);        \
  }                                                                                                \
  TEAM_KERNEL log_softmax_##type(const T* x, T* y, const Lines lines) {                            \
    fits(lines) ? LogSoftmax::run<T, true>(x, y, lines) : LogSoftmax::run<T, false>(x, y, lines);  \
  }                                                                                                \
  TEAM_KERNEL softmax_cross_entropy_##type(                                                        \
      const T* logits, const int* labels, T* loss, T* probabilities, const Lines lines) {          \
    fits(lines) ? softmax_cross_entropy<T, true>(logits, labels, loss, probabilities, lines)       \
                : softmax_cross_entropy<T, false>(logits, labels, loss, probabilities, lines);     \
  }                                                                                                \
  extern "C" __global__ void softmax_cross_entropy_grad_##type(                                    \
      const T* probabilities, const int* labels, const T* grad_loss, T* grad, unsigned classes,    \
      unsigned n) {                                                                                \
    softmax_cross_entropy_grad(probabilities, labels, grad_loss, grad, classes, n);                \
  }

KERNELS(f32, float)
KERNELS(f64, double)
