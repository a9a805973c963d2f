// Softmax, its logarithm and the loss that is made of it, line by line.
#include "common.cuh"
#include "teams.cuh"

template <class L>
__device__ typename L::Element largest(const L& line) {
  return line.template join<Largest>([](unsigned, typename L::Element v) { return v; });
}

// Of x - max, which cannot overflow.
template <class L, typename T>
__device__ T sum_of_exponentials(const L& line, T max) {
  return line.template join<Sum>([=](unsigned, T v) { return exp(v - max); });
}

struct Softmax {
  template <class L, typename T>
  static __device__ void run(const L& line, T* y) {
    const T max = largest(line);
    const T scale = 1 / sum_of_exponentials(line, max);
    line.write(y, [=](unsigned, T v) { return exp(v - max) * scale; });
  }
};

struct LogSoftmax {
  template <class L, typename T>
  static __device__ void run(const L& line, T* y) {
    const T max = largest(line);
    const T log_sum = log(sum_of_exponentials(line, max));
    line.write(y, [=](unsigned, T v) { return v - max - log_sum; });
  }
};

struct SoftmaxCrossEntropy {
  template <class L, typename T>
  static __device__ void run(const L& line, const int* labels, T* loss, T* probabilities) {
    const T max = largest(line);
    const T sum = sum_of_exponentials(line, max);
    if (!line.exists()) return;
    const T scale = 1 / sum;
    const T log_sum = log(sum);
    const unsigned label = (unsigned)labels[line.number];
    assert(label < line.length);
    line.write(probabilities, [&](unsigned i, T v) {
      if (i == label) loss[line.number] = max - v + log_sum;
      return exp(v - max) * scale;
    });
  }
};

// Of so many neighbours at once, which belong to one row.
template <unsigned size, typename T>
__device__ void softmax_cross_entropy_grad(const T* probabilities, const int* labels,
                                           const T* grad_loss, T* grad, unsigned classes,
                                           unsigned n) {
  FOR_ELEMENTS(unit, n / size) {
    const unsigned i = unit * size;
    const unsigned row = i / classes;
    const unsigned label = (unsigned)labels[row];
    assert(label < classes);
    const T factor = grad_loss[row];
    Pack<T, size> pack = load_pack<size>(probabilities + i);
#pragma unroll
    for (unsigned k = 0; k < size; ++k) {
      const T target = i - row * classes + k == label ? 1 : 0;
      pack.at[k] = factor * (pack.at[k] - target);
    }
    store_pack(grad + i, pack);
  }
}

#define KERNELS(type, T)                                                                         \
  TEAM_KERNEL softmax_##type(const T* x, T* y, const Lines lines) {                              \
    with_line<Softmax>(x, lines, y);                                                             \
  }                                                                                              \
  TEAM_KERNEL log_softmax_##type(const T* x, T* y, const Lines lines) {                          \
    with_line<LogSoftmax>(x, lines, y);                                                          \
  }                                                                                              \
  TEAM_KERNEL softmax_cross_entropy_##type(                                                      \
      const T* logits, const int* labels, T* loss, T* probabilities, const Lines lines) {        \
    with_line<SoftmaxCrossEntropy>(logits, lines, labels, loss, probabilities);                  \
  }                                                                                              \
  extern "C" __global__ void softmax_cross_entropy_grad_##type(                                  \
      const T* probabilities, const int* labels, const T* grad_loss, T* grad, unsigned classes,  \
      unsigned n, unsigned pack) {                                                               \
    if (pack == 1) {                                                                             \
      softmax_cross_entropy_grad<1>(probabilities, labels, grad_loss, grad, classes, n);         \
    } else {                                                                                     \
      softmax_cross_entropy_grad<Pack<T>::SIZE>(                                                 \
          probabilities, labels, grad_loss, grad, classes, n);                                   \
    }                                                                                            \
  }

KERNELS(f32, float)
KERNELS(f64, double)
