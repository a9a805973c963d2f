// Pooling, normalizations, softmax and activations: values worked out by hand, gradients by central
// differences.
#include <limits>

#include "cudnn_test.h"

extern "C" {
int cudnnCreatePoolingDescriptor(void**);
int cudnnDestroyPoolingDescriptor(void*);
int cudnnSetPoolingNdDescriptor(void*, int mode, int nan, int rank, const int[], const int[],
                                const int[]);
int cudnnGetPoolingNdForwardOutputDim(void*, void*, int, int[]);
int cudnnPoolingForward(void*, void*, const void*, void*, const void*, const void*, void*, void*);
int cudnnPoolingBackward(void*, void*, const void*, void*, const void*, void*, const void*, void*,
                         const void*, const void*, void*, void*);
int cudnnCreateLRNDescriptor(void**);
int cudnnDestroyLRNDescriptor(void*);
int cudnnSetLRNDescriptor(void*, unsigned, double, double, double);
int cudnnLRNCrossChannelForward(void*, void*, int, const void*, void*, const void*, const void*,
                                void*, void*);
int cudnnLRNCrossChannelBackward(void*, void*, int, const void*, void*, const void*, void*,
                                 const void*, void*, const void*, const void*, void*, void*);
int cudnnSoftmaxForward(void*, int, int, const void*, void*, const void*, const void*, void*,
                        void*);
int cudnnSoftmaxBackward(void*, int, int, const void*, void*, const void*, void*, const void*,
                         const void*, void*, void*);
int cudnnBatchNormalizationForwardTraining(void*, int, const void*, const void*, void*, const void*,
                                           void*, void*, void*, const void*, const void*, double,
                                           void*, void*, double, void*, void*);
int cudnnBatchNormalizationForwardInference(void*, int, const void*, const void*, void*,
                                            const void*, void*, void*, void*, const void*,
                                            const void*, const void*, const void*, double);
int cudnnBatchNormalizationBackward(void*, int, const void*, const void*, const void*, const void*,
                                    void*, const void*, void*, const void*, void*, void*, void*,
                                    const void*, void*, void*, double, const void*, const void*);
int cudnnDeriveBNTensorDescriptor(void*, void*, int);
int cudnnGetTensorNdDescriptor(void*, int, int*, int*, int[], int[]);
int cudnnActivationForward(void*, void*, const void*, void*, const void*, const void*, void*,
                           void*);
int cudnnActivationBackward(void*, void*, const void*, void*, const void*, void*, const void*,
                            void*, const void*, const void*, void*, void*);
int cudnnAddTensor(void*, const void*, void*, const void*, const void*, void*, void*);
int cudnnSetTensor(void*, void*, void*, const void*);
int cudnnTransformTensor(void*, const void*, void*, const void*, const void*, void*, void*);
}

constexpr double ONE_D = 1, ZERO_D = 0;

struct PoolingDescriptor : Descriptor {
  PoolingDescriptor(int mode, int rank, int window, int pad, int stride)
      : Descriptor(cudnnCreatePoolingDescriptor, cudnnDestroyPoolingDescriptor) {
    std::vector<int> windows(rank, window), pads(rank, pad), strides(rank, stride);
    EXPECT(cudnnSetPoolingNdDescriptor(*this, mode, 0, rank, windows.data(), pads.data(),
                                       strides.data()) == 0);
  }
};

constexpr int MAX = 0, INCLUDE = 1, EXCLUDE = 2, DETERMINISTIC = 3;

void poolingValues(void* h) {
  TensorDescriptor x({1, 1, 3, 3}), y({1, 1, 2, 2});
  Floats in{-1, -2, -3, -4, -5, -6, -7, -8, -9}, out(4), gradient{1, 10, 100, 1000}, dx(9);
  auto forward = [&](int mode) {
    PoolingDescriptor p(mode, 2, 2, 1, 2);
    EXPECT(cudnnPoolingForward(h, p, &ONE, x, in.get(), &ZERO, y, out.get()) == 0);
    EXPECT(cudnnPoolingBackward(h, p, &ONE, y, out.get(), y, gradient.get(), x, in.get(), &ZERO, x,
                                dx.get()) == 0);
  };
  forward(DETERMINISTIC);  // padding never wins
  EXPECT_VALUES(out, {-1, -2, -4, -5});
  EXPECT_VALUES(dx, {1, 10, 0, 100, 1000, 0, 0, 0, 0});
  forward(INCLUDE);
  EXPECT_VALUES(out, {-0.25, -1.25, -2.75, -7});
  EXPECT_VALUES(dx, {0.25, 2.5, 2.5, 25, 250, 250, 25, 250, 250});
  forward(EXCLUDE);
  EXPECT_VALUES(out, {-1, -2.5, -5.5, -7});
  EXPECT_VALUES(dx, {1, 5, 5, 50, 250, 250, 50, 250, 250});

  // overlapping windows add their gradients; of equal numbers the first wins
  PoolingDescriptor overlapping(DETERMINISTIC, 2, 2, 0, 1);
  Floats equal{0, 0, 0, 0, 1, 1, 0, 1, 1};
  EXPECT(cudnnPoolingForward(h, overlapping, &ONE, x, equal.get(), &ZERO, y, out.get()) == 0);
  EXPECT_VALUES(out, {1, 1, 1, 1});
  EXPECT(cudnnPoolingBackward(h, overlapping, &ONE, y, out.get(), y, gradient.get(), x, equal.get(),
                              &ZERO, x, dx.get()) == 0);
  EXPECT_VALUES(dx, {0, 0, 0, 0, 1111, 0, 0, 0, 0});
  PoolingDescriptor unsteady(MAX, 2, 2, 0, 1);
  Floats other(9);
  EXPECT(cudnnPoolingBackward(h, unsteady, &ONE, y, out.get(), y, gradient.get(), x, equal.get(),
                              &ZERO, x, dx.get()) == 0);
  EXPECT(cudnnPoolingBackward(h, unsteady, &ONE, y, out.get(), y, gradient.get(), x, equal.get(),
                              &ZERO, x, other.get()) == 0);
  EXPECT(dx[4] != other[4]);
}

void poolingGradients(void* h) {
  for (int mode : {INCLUDE, EXCLUDE, DETERMINISTIC}) {
    for (int format : {NCHW, NHWC}) {
      PoolingDescriptor p(mode, 3, 2, 1, 2);
      std::vector<int> dim{2, 3, 3, 4, 5}, outDim(5);
      TensorDescriptor x(dim, format, DOUBLE);
      EXPECT(cudnnGetPoolingNdForwardOutputDim(p, x, 5, outDim.data()) == 0);
      EXPECT((outDim == std::vector<int>{2, 3, 2, 3, 3}));
      TensorDescriptor y(outDim, format, DOUBLE);
      Doubles in(doubles(product(dim), 1)), out(product(outDim)), dy(doubles(out.size(), 2)),
          dx(in.size());
      auto loss = [&]() {
        EXPECT(cudnnPoolingForward(h, p, &ONE_D, x, in.get(), &ZERO_D, y, out.get()) == 0);
        return dot(out, dy);
      };
      loss();
      EXPECT(cudnnPoolingBackward(h, p, &ONE_D, y, out.get(), y, dy.get(), x, in.get(), &ZERO_D, x,
                                  dx.get()) == 0);
      EXPECT_GRADIENT(dx, in, loss);
    }
  }
}

void lrn(void* h) {
  Descriptor d(cudnnCreateLRNDescriptor, cudnnDestroyLRNDescriptor);
  EXPECT(cudnnSetLRNDescriptor(d, 17, 1, 1, 1) == BAD_PARAM);
  EXPECT(cudnnSetLRNDescriptor(d, 3, 3, 1, 1) == 0);
  TensorDescriptor x({1, 4, 1, 1});
  Floats in{1, 2, 3, 4}, out(4);
  EXPECT(cudnnLRNCrossChannelForward(h, d, 0, &ONE, x, in.get(), &ZERO, x, out.get()) == 0);
  EXPECT_VALUES(out, {1 / 6.0, 2 / 15.0, 3 / 30.0, 4 / 26.0});
  // an even window looks one channel further ahead than behind
  EXPECT(cudnnSetLRNDescriptor(d, 2, 2, 1, 1) == 0);
  EXPECT(cudnnLRNCrossChannelForward(h, d, 0, &ONE, x, in.get(), &ZERO, x, out.get()) == 0);
  EXPECT_VALUES(out, {1 / 6.0, 2 / 14.0, 3 / 26.0, 4 / 17.0});

  for (unsigned n : {1u, 4u, 5u}) {
    EXPECT(cudnnSetLRNDescriptor(d, n, 0.7, 0.75, 1.5) == 0);
    TensorDescriptor t({2, 6, 2, 3}, n == 4 ? NHWC : NCHW, DOUBLE);
    Doubles v(doubles(72, 1)), y(72), dy(doubles(72, 2)), dx(72);
    auto loss = [&]() {
      EXPECT(cudnnLRNCrossChannelForward(h, d, 0, &ONE_D, t, v.get(), &ZERO_D, t, y.get()) == 0);
      return dot(y, dy);
    };
    loss();
    EXPECT(cudnnLRNCrossChannelBackward(h, d, 0, &ONE_D, t, y.get(), t, dy.get(), t, v.get(),
                                        &ZERO_D, t, dx.get()) == 0);
    EXPECT_GRADIENT(dx, v, loss);
  }
}

void softmax(void* h) {
  constexpr int FAST = 0, ACCURATE = 1, LOG = 2, INSTANCE = 0, CHANNEL = 1;
  TensorDescriptor t({1, 2, 1, 2});
  float ln3 = std::log(3.0f);
  Floats x{0, 1000, ln3, 1000}, y(4);
  EXPECT(cudnnSoftmaxForward(h, ACCURATE, CHANNEL, &ONE, t, x.get(), &ZERO, t, y.get()) == 0);
  EXPECT_VALUES(y, {0.25, 0.5, 0.75, 0.5});
  EXPECT(cudnnSoftmaxForward(h, LOG, CHANNEL, &ONE, t, x.get(), &ZERO, t, y.get()) == 0);
  EXPECT_VALUES(y, {std::log(0.25), std::log(0.5), std::log(0.75), std::log(0.5)});
  EXPECT(cudnnSoftmaxForward(h, ACCURATE, INSTANCE, &ONE, t, x.get(), &ZERO, t, y.get()) == 0);
  EXPECT_VALUES(y, {0, 0.5, 0, 0.5});
  EXPECT(cudnnSoftmaxForward(h, FAST, CHANNEL, &ONE, t, x.get(), &ZERO, t, y.get()) == 0);
  EXPECT_NEAR(y[0], 0.25, 1e-6);
  EXPECT(std::isnan(y[1]));  // e^1000 is too much
  EXPECT(cudnnSoftmaxForward(h, 3, CHANNEL, &ONE, t, x.get(), &ZERO, t, y.get()) == BAD_PARAM);

  for (int algorithm : {FAST, ACCURATE, LOG}) {
    for (int mode : {INSTANCE, CHANNEL}) {
      TensorDescriptor d({2, 3, 2, 2}, mode == CHANNEL ? NHWC : NCHW, DOUBLE);
      Doubles v(doubles(24, 1)), p(24), dp(doubles(24, 2)), dv(24);
      auto loss = [&]() {
        EXPECT(cudnnSoftmaxForward(h, algorithm, mode, &ONE_D, d, v.get(), &ZERO_D, d, p.get()) ==
               0);
        return dot(p, dp);
      };
      loss();
      EXPECT(cudnnSoftmaxBackward(h, algorithm, mode, &ONE_D, d, p.get(), d, dp.get(), &ZERO_D, d,
                                  dv.get()) == 0);
      EXPECT_GRADIENT(dv, v, loss);
    }
  }
}

constexpr int PER_ACTIVATION = 0, SPATIAL = 1;

void batchNormValues(void* h) {
  TensorDescriptor x({2, 1, 1, 2}), p({1, 1, 1, 1});
  Floats in{1, 3, 5, 7}, out(4), scale{2}, bias{10}, mean{100}, variance{1}, saved(1), inverse(1);
  // mean 4, variance 5, of the population 20 / 3
  EXPECT(cudnnBatchNormalizationForwardTraining(
             h, SPATIAL, &ONE, &ZERO, x, in.get(), x, out.get(), p, scale.get(), bias.get(), 0.25,
             mean.get(), variance.get(), 4, saved.get(), inverse.get()) == 0);
  EXPECT_VALUES(out, {8, 10 - 2 / 3.0, 10 + 2 / 3.0, 12});
  EXPECT_VALUES(mean, {75 + 1});
  EXPECT_VALUES(variance, {0.75 + 20 / 12.0});
  EXPECT_VALUES(saved, {4});
  EXPECT_VALUES(inverse, {1 / 3.0});
  Floats m{1}, v{21};
  EXPECT(cudnnBatchNormalizationForwardInference(h, SPATIAL, &ONE, &ZERO, x, in.get(), x, out.get(),
                                                 p, scale.get(), bias.get(), m.get(), v.get(),
                                                 4) == 0);
  EXPECT_VALUES(out, {10, 10.8, 11.6, 12.4});
  EXPECT(cudnnBatchNormalizationForwardTraining(h, SPATIAL, &ONE, &ZERO, x, in.get(), x, out.get(),
                                                p, scale.get(), bias.get(), 0.25, mean.get(),
                                                nullptr, 4, nullptr, nullptr) == BAD_PARAM);
  EXPECT(cudnnBatchNormalizationForwardTraining(
             h, PER_ACTIVATION, &ONE, &ZERO, x, in.get(), x, out.get(), p, scale.get(), bias.get(),
             0.25, nullptr, nullptr, 4, nullptr, nullptr) == BAD_PARAM);
}

void batchNormGradients(void* h) {
  const double epsilon = 1e-3;
  for (int mode : {PER_ACTIVATION, SPATIAL}) {
    for (bool withSaved : {false, true}) {
      TensorDescriptor t({4, 3, 2, 2}, withSaved ? NHWC : NCHW, DOUBLE), p;
      EXPECT(cudnnDeriveBNTensorDescriptor(p, t, mode) == 0);
      size_t size = mode == SPATIAL ? 3 : 12;
      Doubles x(doubles(48, 1)), y(48), dy(doubles(48, 2)), dx(48), scale(doubles(size, 3)),
          bias(doubles(size, 4));
      Doubles mean(size), inverse(size), dScale(size), dBias(size);
      auto loss = [&]() {
        EXPECT(cudnnBatchNormalizationForwardTraining(
                   h, mode, &ONE_D, &ZERO_D, t, x.get(), t, y.get(), p, scale.get(), bias.get(), 1,
                   nullptr, nullptr, epsilon, mean.get(), inverse.get()) == 0);
        return dot(y, dy);
      };
      loss();
      EXPECT(cudnnBatchNormalizationBackward(h, mode, &ONE_D, &ZERO_D, &ONE_D, &ZERO_D, t, x.get(),
                                             t, dy.get(), t, dx.get(), p, scale.get(), dScale.get(),
                                             dBias.get(), epsilon, withSaved ? mean.get() : nullptr,
                                             withSaved ? inverse.get() : nullptr) == 0);
      EXPECT_GRADIENT(dx, x, loss);
      EXPECT_GRADIENT(dScale, scale, loss);
      EXPECT_GRADIENT(dBias, bias, loss);
    }
  }
}

void activations(void* h) {
  TensorDescriptor t({1, 1, 1, 4});
  Floats x{-2, 0, 1, 9}, y(4);
  auto forward = [&](int mode, double coefficient) {
    return cudnnActivationForward(h, ActivationDescriptor(mode, coefficient), &ONE, t, x.get(),
                                  &ZERO, t, y.get());
  };
  EXPECT(forward(1, 0) == 0);
  EXPECT_VALUES(y, {0, 0, 1, 9});
  EXPECT(forward(3, 6) == 0);
  EXPECT_VALUES(y, {0, 0, 1, 6});
  EXPECT(forward(4, 2) == 0);
  EXPECT_VALUES(y, {2 * (std::exp(-2.0) - 1), 0, 1, 9});
  EXPECT(forward(5, 0) == BAD_PARAM);
  EXPECT(cudnnActivationForward(h, ActivationDescriptor(1), &TWO, t, x.get(), &ZERO, t, x.get()) ==
         0);  // in place
  EXPECT_VALUES(x, {0, 0, 2, 18});
  for (int mode : {0, 1, 2, 3, 4, 6}) {
    ActivationDescriptor act(mode, 0.5);
    TensorDescriptor d({2, 2, 2, 2}, NCHW, DOUBLE);
    Doubles v(doubles(16, 1)), out(16), dy(doubles(16, 2)), dv(16);
    auto loss = [&]() {
      EXPECT(cudnnActivationForward(h, act, &ONE_D, d, v.get(), &ZERO_D, d, out.get()) == 0);
      return dot(out, dy);
    };
    loss();
    EXPECT(cudnnActivationBackward(h, act, &ONE_D, d, out.get(), d, dy.get(), d, v.get(), &ZERO_D,
                                   d, dv.get()) == 0);
    EXPECT_GRADIENT(dv, v, loss);
  }
}

void elementwise(void* h) {
  TensorDescriptor bias({1, 2, 1, 1}), t({1, 2, 1, 2}), last({1, 2, 1, 2}, NHWC);
  Floats b{1, 10}, x{1, 2, 3, 4}, y(4);
  EXPECT(cudnnAddTensor(h, &TWO, bias, b.get(), &ONE, t, x.get()) == 0);
  EXPECT_VALUES(x, {3, 4, 23, 24});
  EXPECT(cudnnTransformTensor(h, &ONE, t, x.get(), &ZERO, last, y.get()) == 0);
  EXPECT_VALUES(y, {3, 23, 4, 24});
  EXPECT(cudnnSetTensor(h, t, y.get(), &TWO) == 0);
  EXPECT_VALUES(y, {2, 2, 2, 2});
  EXPECT(cudnnAddTensor(h, &ONE, t, x.get(), &ONE, bias, b.get()) == BAD_PARAM);
}

int main() {
  void* h;
  EXPECT(cudnnCreate(&h) == 0);
  poolingValues(h);
  poolingGradients(h);
  lrn(h);
  softmax(h);
  batchNormValues(h);
  batchNormGradients(h);
  activations(h);
  elementwise(h);
  EXPECT(cudnnDestroy(h) == 0);
  return result("layers");
}
