// Convolutions against values worked out by hand, and their gradients as adjoints of the forward
// function.
#include "cudnn_test.h"

extern "C" {
int cudnnCreateFilterDescriptor(void**);
int cudnnDestroyFilterDescriptor(void*);
int cudnnSetFilterNdDescriptor(void*, int type, int format, int rank, const int dim[]);
int cudnnCreateConvolutionDescriptor(void**);
int cudnnDestroyConvolutionDescriptor(void*);
int cudnnSetConvolutionNdDescriptor(void*, int, const int[], const int[], const int[], int mode,
                                    int type);
int cudnnSetConvolutionGroupCount(void*, int);
int cudnnSetConvolutionMathType(void*, int);
int cudnnGetConvolutionNdForwardOutputDim(void*, void* x, void* w, int, int[]);
int cudnnGetConvolutionForwardWorkspaceSize(void*, void*, void*, void*, void*, int, size_t*);
int cudnnConvolutionForward(void*, const void*, void*, const void*, void*, const void*, void*, int,
                            void*, size_t, const void*, void*, void*);
int cudnnConvolutionBackwardData(void*, const void*, void*, const void*, void*, const void*, void*,
                                 int, void*, size_t, const void*, void*, void*);
int cudnnConvolutionBackwardFilter(void*, const void*, void*, const void*, void*, const void*,
                                   void*, int, void*, size_t, const void*, void*, void*);
int cudnnConvolutionBackwardBias(void*, const void*, void*, const void*, const void*, void*, void*);
int cudnnConvolutionBiasActivationForward(void*, const void*, void*, const void*, void*,
                                          const void*, void*, int, void*, size_t, const void*,
                                          void*, const void*, void*, const void*, void*, void*,
                                          void*);
int cudnnGetConvolutionBackwardFilterAlgorithm_v7(void*, void*, void*, void*, void*, int, int*,
                                                  void*);
}

constexpr int CROSS_CORRELATION = 1, FLIPPED = 0, FMA_MATH = 3, DEFAULT_MATH = 0;

/** Sizes of x and w and the settings of a convolution. */
struct Setting {
  std::vector<int> x, w;
  int pad = 0, stride = 1, dilation = 1, groups = 1, mode = CROSS_CORRELATION, format = NCHW;
};

/** A convolution with its descriptors, run with algorithms that need no workspace. */
struct Case {
  void* h;
  TensorDescriptor x, y;
  Descriptor w{cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor};
  Descriptor conv{cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor};
  std::vector<int> xDim, wDim, yDim;

  Case(void* handle, const Setting& s)
      : h(handle), x(s.x, s.format), xDim(s.x), wDim(s.w), yDim(s.x.size()) {
    int rank = int(s.x.size());
    std::vector<int> pad(rank, s.pad), stride(rank, s.stride), dilation(rank, s.dilation);
    EXPECT(cudnnSetFilterNdDescriptor(w, FLOAT, s.format, rank, s.w.data()) == 0);
    EXPECT(cudnnSetConvolutionNdDescriptor(conv, rank - 2, pad.data(), stride.data(),
                                           dilation.data(), s.mode, FLOAT) == 0);
    EXPECT(cudnnSetConvolutionGroupCount(conv, s.groups) == 0);
    EXPECT(cudnnSetConvolutionMathType(conv, FMA_MATH) == 0);
    EXPECT(cudnnGetConvolutionNdForwardOutputDim(conv, x, w, rank, yDim.data()) == 0);
    EXPECT(cudnnSetTensorNdDescriptorEx(y, s.format, FLOAT, rank, yDim.data()) == 0);
  }

  void forward(const Floats& in, const Floats& weights, const Floats& out, float beta = 0) {
    EXPECT(cudnnConvolutionForward(h, &ONE, x, in.get(), w, weights.get(), conv, 0, nullptr, 0,
                                   &beta, y, out.get()) == 0);
  }
};

void handComputed(void* h) {
  Floats x{1, 2, 3, 4, 5, 6, 7, 8, 9}, w{1, 0, 0, 2};
  Case plain(h, {{1, 1, 3, 3}, {1, 1, 2, 2}});
  Floats y(4);
  plain.forward(x, w, y);
  EXPECT_VALUES(y, {1 + 10, 2 + 12, 4 + 16, 5 + 18});
  plain.forward(x, w, y, 1);
  EXPECT_VALUES(y, {22, 28, 40, 46});

  Setting flipped{{1, 1, 3, 3}, {1, 1, 2, 2}};
  flipped.mode = FLIPPED;
  Case(h, flipped).forward(x, w, y);
  EXPECT_VALUES(y, {2 + 5, 4 + 6, 8 + 8, 10 + 9});

  Setting padded{{1, 1, 3, 3}, {1, 1, 2, 2}, 1, 2};
  Case(h, padded).forward(x, w, y);
  EXPECT_VALUES(y, {2, 6, 14, 5 + 18});

  Setting dilated{{1, 1, 3, 3}, {1, 1, 2, 2}, 0, 1, 2};
  Floats one(1);
  Case(h, dilated).forward(x, w, one);
  EXPECT_VALUES(one, {1 + 18});

  // two groups of one channel; each output channel sees its own input channel
  Setting grouped{{1, 2, 1, 2}, {2, 1, 1, 1}};
  grouped.groups = 2;
  Floats gx{1, 2, 3, 4}, gw{10, 100}, gy(4);
  Case(h, grouped).forward(gx, gw, gy);
  EXPECT_VALUES(gy, {10, 20, 300, 400});
}

void channelsLast(void* h) {
  // two channels of 1 x 2 pixels, two filters of 1 x 1: the same numbers in both layouts
  Floats x{1, 2, 3, 4}, xLast{1, 3, 2, 4}, w{1, 10, 100, 1000}, y(4);
  Case(h, {{1, 2, 1, 2}, {2, 2, 1, 1}}).forward(x, w, y);
  EXPECT_VALUES(y, {31, 42, 3100, 4200});
  Setting last{{1, 2, 1, 2}, {2, 2, 1, 1}};
  last.format = NHWC;
  Case(h, last).forward(xLast, w, y);
  EXPECT_VALUES(y, {31, 3100, 42, 4200});
  // a filter of 1 x 2 with two channels: its memory is tap by tap
  Setting wide{{1, 2, 1, 2}, {1, 2, 1, 2}};
  wide.format = NHWC;
  Floats taps{1, 10, 100, 1000}, sum(1);
  Case(h, wide).forward(xLast, taps, sum);
  EXPECT_VALUES(sum, {1 + 30 + 200 + 4000});
}

/** The function is linear in x and in w: <dy, conv(x', w)> = <dx, x'> for every x', and likewise
 * for w. */
void gradientsAreAdjoints(void* h) {
  std::vector<Setting> settings{{{2, 3, 5, 6}, {4, 3, 3, 3}},
                                {{2, 3, 6, 5}, {4, 3, 3, 2}, 1, 2},
                                {{1, 4, 7, 7}, {6, 2, 3, 3}, 2, 1, 2, 2},
                                {{2, 4, 6, 7}, {4, 1, 3, 3}, 1, 2, 1, 4},
                                {{1, 2, 5, 5}, {3, 2, 3, 3}, 1, 1, 1, 1, FLIPPED},
                                {{2, 3, 5, 6}, {4, 3, 3, 3}, 1, 2, 1, 1, CROSS_CORRELATION, NHWC},
                                {{1, 2, 4, 3, 5}, {3, 2, 2, 3, 2}, 1, 2}};
  for (const Setting& s : settings) {
    Case c(h, s);
    Floats x(noise(product(s.x), 1)), w(noise(product(s.w), 2)), y(product(c.yDim)),
        dy(noise(y.size(), 3));
    Floats dx(x.size()), dw(w.size());
    c.forward(x, w, y);
    double expected = dot(dy, y);
    EXPECT(std::abs(expected) > 1e-3);
    EXPECT(cudnnConvolutionBackwardData(h, &ONE, c.w, w.get(), c.y, dy.get(), c.conv, 0, nullptr, 0,
                                        &ZERO, c.x, dx.get()) == 0);
    EXPECT_NEAR(dot(dx, x), expected, 1e-4);
    EXPECT(cudnnConvolutionBackwardFilter(h, &ONE, c.x, x.get(), c.y, dy.get(), c.conv, 0, nullptr,
                                          0, &ZERO, c.w, dw.get()) == 0);
    EXPECT_NEAR(dot(dw, w), expected, 1e-4);
    // single coordinates, by a unit step in one of them
    for (size_t i : {size_t(0), x.size() / 2, x.size() - 1}) {
      x[i] += 1;
      c.forward(x, w, y);
      EXPECT_NEAR(dot(dy, y) - expected, dx[i], 1e-4);
      x[i] -= 1;
    }
    for (size_t i : {size_t(0), w.size() / 2, w.size() - 1}) {
      w[i] += 1;
      c.forward(x, w, y);
      EXPECT_NEAR(dot(dy, y) - expected, dw[i], 1e-4);
      w[i] -= 1;
    }
  }
}

void fusedBiasAndActivation(void* h) {
  Case c(h, {{1, 1, 1, 2}, {2, 1, 1, 1}});
  TensorDescriptor bias({1, 2, 1, 1});
  ActivationDescriptor relu(1), identity(5);
  Floats x{1, -2}, w{1, 3}, z{10, 20, 30, 40}, b{0.5f, -100}, y(4), workspace(64);
  auto run = [&](void* activation, int algorithm) {
    return cudnnConvolutionBiasActivationForward(h, &TWO, c.x, x.get(), c.w, w.get(), c.conv,
                                                 algorithm, workspace.get(), 256, &ONE, c.y,
                                                 z.get(), bias, b.get(), activation, c.y, y.get());
  };
  EXPECT(run(relu, 0) == 0);
  EXPECT_VALUES(y, {12.5, 16.5, 0, 0});
  EXPECT(run(identity, 1) == 0);
  EXPECT_VALUES(y, {12.5, 16.5, 6 + 30 - 100, -12 + 40 - 100});
  EXPECT(run(identity, 0) == NOT_SUPPORTED);
}

void biasGradient(void* h) {
  TensorDescriptor dy({2, 2, 1, 2}), db({1, 2, 1, 1});
  Floats g{1, 2, 3, 4, 5, 6, 7, 8}, out{100, 200};
  EXPECT(cudnnConvolutionBackwardBias(h, &TWO, dy, g.get(), &ONE, db, out.get()) == 0);
  EXPECT_VALUES(out, {100 + 2 * 14, 200 + 2 * 22});
}

void algorithmsAndWorkspace(void* h) {
  Case c(h, {{1, 1, 3, 3}, {1, 1, 2, 2}});
  Floats x{1, 2, 3, 4, 5, 6, 7, 8, 9}, w{1, 0, 0, 2}, y(4), first(4), second(4);
  size_t bytes = 0;
  EXPECT(cudnnGetConvolutionForwardWorkspaceSize(h, c.x, c.w, c.conv, c.y, 1, &bytes) == 0);
  EXPECT(bytes > 0);
  Device<char> workspace(bytes);
  auto forward = [&](int algorithm, void* space, size_t size) {
    return cudnnConvolutionForward(h, &ONE, c.x, x.get(), c.w, w.get(), c.conv, algorithm, space,
                                   size, &ZERO, c.y, y.get());
  };
  EXPECT(forward(1, workspace.get(), bytes) == 0);
  EXPECT_VALUES(y, {11, 14, 20, 23});
  EXPECT(forward(1, workspace.get(), bytes - 1) == BAD_PARAM);
  EXPECT(forward(1, nullptr, bytes) == NULL_POINTER);
  EXPECT(forward(1, x.get(), bytes) == BAD_PARAM);
  EXPECT(forward(5, workspace.get(), bytes) == NOT_SUPPORTED);

  // algorithm 1 repeats its result bit for bit, algorithm 0 does not
  auto equal = [&](int algorithm) {
    for (Floats* out : {&first, &second}) {
      EXPECT(cudnnConvolutionBackwardFilter(h, &ONE, c.x, x.get(), c.y, y.get(), c.conv, algorithm,
                                            workspace.get(), bytes, &ZERO, c.w, out->get()) == 0);
    }
    return first[0] == second[0];
  };
  EXPECT(equal(1));
  EXPECT(!equal(0));

  struct {
    int algorithm, status;
    float time;
    size_t memory;
    int determinism, mathType, reserved[3];
  } found[8];
  int count = 0;
  EXPECT(cudnnGetConvolutionBackwardFilterAlgorithm_v7(h, c.x, c.y, c.conv, c.w, 8, &count,
                                                       found) == 0);
  EXPECT(count == 3 && found[0].determinism == 0 && found[2].algorithm == 1 &&
         found[2].determinism == 1);
  EXPECT(found[2].memory > 0 && found[2].status == 0 && found[2].mathType == FMA_MATH);
}

void wrongArguments(void* h) {
  Case c(h, {{1, 1, 3, 3}, {1, 1, 2, 2}});
  Floats x(9), w(4), y(4), small(3);
  auto forward = [&](const Floats& in, void* yDesc, const Floats& out) {
    return cudnnConvolutionForward(h, &ONE, c.x, in.get(), c.w, w.get(), c.conv, 0, nullptr, 0,
                                   &ZERO, yDesc, out.get());
  };
  TensorDescriptor wrong({1, 1, 2, 3}), unset;
  EXPECT(forward(x, c.y, y) == 0);
  EXPECT(forward(x, wrong, y) == BAD_PARAM);
  EXPECT(forward(x, unset, y) == BAD_PARAM);
  EXPECT(forward(x, c.w, y) == BAD_PARAM);  // a filter's descriptor
  EXPECT(forward(x, c.y, small) == BAD_PARAM);
  EXPECT(forward(x, c.y, x) == BAD_PARAM);
  EXPECT(cudnnSetConvolutionMathType(c.conv, DEFAULT_MATH) == 0);
  EXPECT(forward(x, c.y, y) == NOT_SUPPORTED);
  setenv("STAND_IN_ALLOW_TF32", "1", 1);
  EXPECT(forward(x, c.y, y) == 0);
  unsetenv("STAND_IN_ALLOW_TF32");
}

int main() {
  void* h;
  EXPECT(cudnnCreate(&h) == 0);
  handComputed(h);
  channelsLast(h);
  gradientsAreAdjoints(h);
  fusedBiasAndActivation(h);
  biasGradient(h);
  algorithmsAndWorkspace(h);
  wrongArguments(h);
  EXPECT(cudnnDestroy(h) == 0);
  return result("convolution");
}
