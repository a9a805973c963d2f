// Recurrent networks: single steps worked out with PyTorch's formulas, sequences against each
// other, and gradients by central differences.
#include "rnn_test.h"

double logistic(double v) { return 1 / (1 + std::exp(-v)); }

/** One unit, one step, all weights and biases different: the order of the gates and where biases
 * go. */
void oneStep(void* h) {
  for (int cell : {RELU, TANH, LSTM, GRU}) {
    Setting s{cell};
    s.input = s.hidden = 1;
    s.lengths = {1};
    Network net(h, s);
    Run run(net);
    int gates = cell == LSTM ? 4 : cell == GRU ? 3 : 1;
    double x = run.x[0] = 0.7, hx = run.hx[0] = -0.4, cx = run.cx[0] = 0.9;
    double a[4], b[4];  // x' part and h' part of each gate
    for (int g = 0; g < gates; g++) {
      auto [w, bw] = net.gate(0, g, run.w);
      auto [r, br] = net.gate(0, gates + g, run.w);
      *w = 0.3 + 0.1 * g, *bw = 0.05 * g, *r = 0.8 - 0.25 * g, *br = -0.1 - 0.2 * g;
      a[g] = *w * x + *bw;
      b[g] = *r * hx + *br;
    }
    double expected = 0;
    if (cell == RELU) expected = std::max(0.0, a[0] + b[0]);
    if (cell == TANH) expected = std::tanh(a[0] + b[0]);
    if (cell == LSTM) {
      double c = logistic(a[1] + b[1]) * cx + logistic(a[0] + b[0]) * std::tanh(a[2] + b[2]);
      expected = logistic(a[3] + b[3]) * std::tanh(c);
      EXPECT(run.forward() == 0);
      EXPECT_NEAR(run.cy[0], c, 1e-12);
    }
    if (cell == GRU) {
      double z = logistic(a[1] + b[1]);
      expected = (1 - z) * std::tanh(a[2] + logistic(a[0] + b[0]) * b[2]) + z * hx;
    }
    for (int mode : {INFERENCE, TRAINING}) {
      EXPECT(run.forward(mode) == 0);
      EXPECT_NEAR(run.y[0], expected, 1e-12);
      EXPECT_NEAR(run.hy[0], expected, 1e-12);
    }
  }
}

void weightsAndBiases(void* h) {
  for (int bias : {NO_BIAS, INPUT_BIAS, DOUBLE_BIAS, RECURRENT_BIAS}) {
    Setting s{GRU, bias, 2, 2};
    Network net(h, s);
    Run run(net);
    std::vector<int> seen(net.weightCount(), 0);
    for (int p = 0; p < 4; p++) {
      for (int g = 0; g < 6; g++) {
        auto [m, b] = net.gate(p, g, run.w);
        int columns = g >= 3 ? s.hidden : p < 2 ? s.input : 2 * s.hidden;
        for (int i = 0; i < s.hidden * columns; i++) seen[size_t(m - run.w.get() + i)]++;
        bool has = bias == DOUBLE_BIAS || bias == (g < 3 ? INPUT_BIAS : RECURRENT_BIAS);
        EXPECT((b != nullptr) == has);
        for (int i = 0; i < s.hidden && b; i++) seen[size_t(b - run.w.get() + i)]++;
      }
    }
    for (int times : seen) EXPECT(times == 1);
  }
  Network net(h, Setting{LSTM});
  Run run(net);
  TensorDescriptor m, b;
  void *matrix, *bias;
  int type, rank, dim[3], stride[3];
  EXPECT(cudnnGetRNNWeightParams(h, net.rnn, 0, net.weightBytes, run.w.get(), 1, m, &matrix, b,
                                 &bias) == 0);
  EXPECT(cudnnGetTensorNdDescriptor(m, 3, &type, &rank, dim, stride) == 0);
  EXPECT(rank == 3 && dim[0] == 1 && dim[1] == 3 && dim[2] == 2);
  EXPECT(cudnnGetRNNWeightParams(h, net.rnn, 0, net.weightBytes, run.w.get(), 8, m, &matrix, b,
                                 &bias) == BAD_PARAM);
}

/** The second direction is a network of its own on the reversed sequence; padding is filled. */
void directionsAndPadding(void* h) {
  Setting both{TANH, DOUBLE_BIAS, 2}, single{TANH};
  both.lengths = single.lengths = {3};
  Network twoNet(h, both), oneNet(h, single);
  Run two(twoNet), one(oneNet);
  EXPECT(two.forward() == 0);
  for (int g = 0; g < 2; g++) {
    auto [from, fromBias] = twoNet.gate(1, g, two.w);
    auto [to, toBias] = oneNet.gate(0, g, one.w);
    for (int i = 0; i < 3 * (g == 0 ? 2 : 3); i++) to[i] = from[i];
    for (int i = 0; i < 3; i++) toBias[i] = fromBias[i];
  }
  for (int t = 0; t < 3; t++) {
    for (int i = 0; i < 2; i++) one.x[size_t(t) * 2 + i] = two.x[size_t(2 - t) * 2 + i];
  }
  for (int i = 0; i < 3; i++) one.hx[i] = two.hx[3 + i];
  EXPECT(one.forward() == 0);
  for (int t = 0; t < 3; t++) {
    for (int i = 0; i < 3; i++)
      EXPECT_NEAR(two.y[size_t(t) * 6 + 3 + i], one.y[size_t(2 - t) * 3 + i], 1e-12);
  }
  for (int i = 0; i < 3; i++) EXPECT_NEAR(two.hy[3 + i], one.hy[i], 1e-12);

  Network padded(h, Setting{LSTM});
  Run run(padded);
  EXPECT(run.forward() == 0);
  for (int i = 0; i < 3; i++) {
    EXPECT(run.y[size_t(2 * 2 + 1) * 3 + i] == 0);  // time 2 of the sequence of 2
    EXPECT_NEAR(run.hy[3 + i], run.y[size_t(1 * 2 + 1) * 3 + i], 0);
  }
}

void layoutsAgree(void* h) {
  Setting s{LSTM};
  Network timeNet(h, s);
  s.layout = BATCH_MAJOR;
  Network batchNet(h, s);
  s.layout = PACKED;
  Network packedNet(h, s);
  Run time(timeNet), batch(batchNet), packed(packedNet);
  size_t packedAt = 0;
  for (size_t t = 0; t < 3; t++) {
    for (size_t n = 0; n < 2; n++) {
      for (size_t i = 0; i < 2; i++) batch.x[(n * 3 + t) * 2 + i] = time.x[(t * 2 + n) * 2 + i];
      if (t >= size_t(s.lengths[n])) continue;
      for (size_t i = 0; i < 2; i++) packed.x[packedAt++] = time.x[(t * 2 + n) * 2 + i];
    }
  }
  EXPECT(time.forward() == 0 && batch.forward() == 0 && packed.forward() == 0);
  packedAt = 0;
  for (size_t t = 0; t < 3; t++) {
    for (size_t n = 0; n < 2; n++) {
      for (size_t i = 0; i < 3; i++)
        EXPECT_NEAR(batch.y[(n * 3 + t) * 3 + i], time.y[(t * 2 + n) * 3 + i], 0);
      if (t >= size_t(s.lengths[n])) continue;
      for (size_t i = 0; i < 3; i++)
        EXPECT_NEAR(packed.y[packedAt++], time.y[(t * 2 + n) * 3 + i], 0);
    }
  }
}

void gradients(void* h) {
  std::vector<Setting> settings;
  for (int cell : {RELU, TANH, LSTM, GRU}) {
    settings.push_back({cell});
    settings.push_back({cell, INPUT_BIAS, 2, 2, BATCH_MAJOR});
    settings.push_back({cell, RECURRENT_BIAS, 1, 2, PACKED});
  }
  for (const Setting& s : settings) {
    Network net(h, s);
    Run run(net);
    bool lstm = s.cell == LSTM;
    Doubles dy(doubles(net.yCount(), 5)), dhy(doubles(net.stateCount(), 6)),
        dcy(doubles(net.stateCount(), 7));
    Doubles dx(net.xCount()), dhx(net.stateCount()), dcx(net.stateCount()), dw(net.weightCount());
    auto loss = [&]() {
      EXPECT(run.forward() == 0);
      return dot(run.y, dy) + dot(run.hy, dhy) + (lstm ? dot(run.cy, dcy) : 0);
    };
    loss();
    for (size_t i = 0; i < dw.size(); i++) dw[i] = 1;
    for (size_t i = 0; i < dx.size(); i++) dx[i] = 0;  // padding stays
    EXPECT(cudnnRNNBackwardData_v8(h, net.rnn, nullptr, net.y, run.y.get(), dy.get(), net.x,
                                   dx.get(), net.state, run.hx.get(), dhy.get(), dhx.get(),
                                   net.state, run.cx.get(), dcy.get(), dcx.get(), net.weightBytes,
                                   run.w.get(), net.workspaceBytes, run.workspace.get(),
                                   net.reserveBytes, run.reserve.get()) == 0);
    EXPECT(cudnnRNNBackwardWeights_v8(h, net.rnn, 0, nullptr, net.x, run.x.get(), net.state,
                                      run.hx.get(), net.y, run.y.get(), net.weightBytes, dw.get(),
                                      net.workspaceBytes, run.workspace.get(), net.reserveBytes,
                                      run.reserve.get()) == 0);
    for (size_t i = 0; i < dw.size(); i++) dw[i] -= 1;  // they were added
    EXPECT_GRADIENT(dx, run.x, loss);
    EXPECT_GRADIENT(dhx, run.hx, loss);
    if (lstm) EXPECT_GRADIENT(dcx, run.cx, loss);
    EXPECT_GRADIENT(dw, run.w, loss);
  }
}

void wrongArguments(void* h) {
  Network net(h, Setting{LSTM});
  Run run(net);
  Doubles out(net.weightCount());
  auto backwardWeights = [&](int mode) {
    return cudnnRNNBackwardWeights_v8(h, net.rnn, mode, nullptr, net.x, run.x.get(), net.state,
                                      run.hx.get(), net.y, run.y.get(), net.weightBytes, out.get(),
                                      net.workspaceBytes, run.workspace.get(), net.reserveBytes,
                                      run.reserve.get());
  };
  EXPECT(run.forward() == 0);
  EXPECT(backwardWeights(0) == 5000);  // before the gradients of the data
  EXPECT(backwardWeights(1) == NOT_SUPPORTED);
  net.reserveBytes -= 8;
  EXPECT(run.forward() == BAD_PARAM);
  net.reserveBytes += 8;
  net.weightBytes -= 8;
  EXPECT(run.forward() == BAD_PARAM);
  int tooLong[] = {4, 1}, unsorted[] = {1, 2};
  EXPECT(cudnnSetRNNDataDescriptor(net.x, DOUBLE, TIME_MAJOR, 3, 2, 2, tooLong, nullptr) ==
         BAD_PARAM);
  EXPECT(cudnnSetRNNDataDescriptor(net.x, DOUBLE, PACKED, 3, 2, 2, unsorted, nullptr) == BAD_PARAM);
  EXPECT(cudnnSetRNNDescriptor_v8(net.rnn, 0, LSTM, 2, 0, 0, FLOAT, FLOAT, 0, 2, 3, 3, 1,
                                  net.dropout, 1) ==
         NOT_SUPPORTED);  // default math lets floats be rounded to TF32
  size_t states = 0;
  EXPECT(cudnnDropoutGetStatesSize(h, &states) == 0);
  Device<char> small(states - 1);
  EXPECT(cudnnSetDropoutDescriptor(net.dropout, h, 0.5f, small.get(), states - 1, 1) == BAD_PARAM);
}

int main() {
  void* h;
  EXPECT(cudnnCreate(&h) == 0);
  oneStep(h);
  weightsAndBiases(h);
  directionsAndPadding(h);
  layoutsAgree(h);
  gradients(h);
  wrongArguments(h);
  EXPECT(cudnnDestroy(h) == 0);
  return result("rnn");
}
