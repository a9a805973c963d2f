// A recurrent network with its descriptors, and the numbers of its runs.
#pragma once

#include <algorithm>
#include <utility>

#include "cudnn_test.h"

extern "C" {
int cudnnCreateDropoutDescriptor(void**);
int cudnnDestroyDropoutDescriptor(void*);
int cudnnDropoutGetStatesSize(void*, size_t*);
int cudnnSetDropoutDescriptor(void*, void*, float, void*, size_t, unsigned long long);
int cudnnCreateRNNDescriptor(void**);
int cudnnDestroyRNNDescriptor(void*);
int cudnnSetRNNDescriptor_v8(void*, int, int, int, int, int, int, int, int, int, int, int, int,
                             void*, unsigned);
int cudnnCreateRNNDataDescriptor(void**);
int cudnnDestroyRNNDataDescriptor(void*);
int cudnnSetRNNDataDescriptor(void*, int, int, int, int, int, const int[], void*);
int cudnnGetRNNTempSpaceSizes(void*, void*, int, void*, size_t*, size_t*);
int cudnnGetRNNWeightSpaceSize(void*, void*, size_t*);
int cudnnGetRNNWeightParams(void*, void*, int, size_t, const void*, int, void*, void**, void*,
                            void**);
int cudnnGetTensorNdDescriptor(void*, int, int*, int*, int[], int[]);
int cudnnRNNForward(void*, void*, int, const int[], void*, const void*, void*, void*, void*,
                    const void*, void*, void*, const void*, void*, size_t, const void*, size_t,
                    void*, size_t, void*);
int cudnnRNNBackwardData_v8(void*, void*, const int[], void*, const void*, const void*, void*,
                            void*, void*, const void*, const void*, void*, void*, const void*,
                            const void*, void*, size_t, const void*, size_t, void*, size_t, void*);
int cudnnRNNBackwardWeights_v8(void*, void*, int, const int[], void*, const void*, void*,
                               const void*, void*, const void*, size_t, void*, size_t, void*,
                               size_t, void*);
}

constexpr int RELU = 0, TANH = 1, LSTM = 2, GRU = 3;
constexpr int NO_BIAS = 0, INPUT_BIAS = 1, DOUBLE_BIAS = 2, RECURRENT_BIAS = 3;
constexpr int TIME_MAJOR = 0, PACKED = 1, BATCH_MAJOR = 2;
constexpr int INFERENCE = 0, TRAINING = 1;

struct Setting {
  int cell, bias = DOUBLE_BIAS, directions = 1, layers = 1, layout = TIME_MAJOR;
  int input = 2, hidden = 3;
  std::vector<int> lengths{3, 2};
};

/** A network of doubles with everything that its calls need. */
struct Network {
  void* h;
  Setting s;
  Descriptor dropout{cudnnCreateDropoutDescriptor, cudnnDestroyDropoutDescriptor};
  Descriptor rnn{cudnnCreateRNNDescriptor, cudnnDestroyRNNDescriptor};
  Descriptor x{cudnnCreateRNNDataDescriptor, cudnnDestroyRNNDataDescriptor};
  Descriptor y{cudnnCreateRNNDataDescriptor, cudnnDestroyRNNDataDescriptor};
  TensorDescriptor state;
  int batch, times, vectors;
  size_t weightBytes = 0, workspaceBytes = 0, reserveBytes = 0;

  Network(void* handle, const Setting& setting)
      : h(handle),
        s(setting),
        state({s.layers * s.directions, int(s.lengths.size()), s.hidden}, NCHW, DOUBLE),
        batch(int(s.lengths.size())) {
    times = 0;
    int total = 0;
    for (int length : s.lengths) {
      times = std::max(times, length);
      total += length;
    }
    vectors = s.layout == PACKED ? total : times * batch;
    EXPECT(cudnnSetDropoutDescriptor(dropout, h, 0, nullptr, 0, 0) == 0);
    EXPECT(cudnnSetRNNDescriptor_v8(rnn, 0, s.cell, s.bias, s.directions - 1, 0, DOUBLE, DOUBLE, 3,
                                    s.input, s.hidden, s.hidden, s.layers, dropout, 1) == 0);
    double fill = 0;
    EXPECT(cudnnSetRNNDataDescriptor(x, DOUBLE, s.layout, times, batch, s.input, s.lengths.data(),
                                     &fill) == 0);
    EXPECT(cudnnSetRNNDataDescriptor(y, DOUBLE, s.layout, times, batch, s.hidden * s.directions,
                                     s.lengths.data(), &fill) == 0);
    EXPECT(cudnnGetRNNWeightSpaceSize(h, rnn, &weightBytes) == 0);
    EXPECT(cudnnGetRNNTempSpaceSizes(h, rnn, TRAINING, x, &workspaceBytes, &reserveBytes) == 0);
  }

  size_t xCount() const { return size_t(vectors) * s.input; }
  size_t yCount() const { return size_t(vectors) * s.hidden * s.directions; }
  size_t stateCount() const { return size_t(s.layers) * s.directions * batch * s.hidden; }
  size_t weightCount() const { return weightBytes / sizeof(double); }

  /** The first weight and the first bias of a gate; null when it has none. */
  std::pair<double*, double*> gate(int pseudoLayer, int linear, const Doubles& weights) {
    TensorDescriptor m, b;
    void *matrix, *bias;
    EXPECT(cudnnGetRNNWeightParams(h, rnn, pseudoLayer, weightBytes, weights.get(), linear, m,
                                   &matrix, b, &bias) == 0);
    return {static_cast<double*>(matrix), static_cast<double*>(bias)};
  }
};

/** The numbers of one run. */
struct Run {
  Network& net;
  Doubles x, y, hx, cx, hy, cy, w;
  Device<char> workspace, reserve;

  explicit Run(Network& network)
      : net(network),
        x(doubles(net.xCount(), 1)),
        y(net.yCount()),
        hx(doubles(net.stateCount(), 2)),
        cx(doubles(net.stateCount(), 3)),
        hy(net.stateCount()),
        cy(net.stateCount()),
        w(doubles(net.weightCount(), 4)),
        workspace(net.workspaceBytes),
        reserve(net.reserveBytes) {}

  int forward(int mode = TRAINING) {
    bool training = mode == TRAINING;
    return cudnnRNNForward(net.h, net.rnn, mode, nullptr, net.x, x.get(), net.y, y.get(), net.state,
                           hx.get(), hy.get(), net.state, cx.get(), cy.get(), net.weightBytes,
                           w.get(), net.workspaceBytes, workspace.get(),
                           training ? net.reserveBytes : 0, training ? reserve.get() : nullptr);
  }
};
