// Recurrent networks: descriptors, where their weights lie, and what training keeps in the reserve
// space.
#pragma once

#include <cmath>
#include <vector>

#include "tensor.h"

namespace cudnn {

/** What an RNN descriptor says. A pseudo-layer is a layer in one direction: with two, 2 layer +
 * direction. */
struct Rnn {
  enum Cell { RELU = 0, TANH = 1, LSTM = 2, GRU = 3 };
  enum BiasMode { NO_BIAS = 0, INPUT_BIAS = 1, DOUBLE_BIAS = 2, RECURRENT_BIAS = 3 };

  bool set = false;
  int cell = LSTM, biasMode = DOUBLE_BIAS, directions = 1, type = FLOAT, mathType = DEFAULT_MATH;
  int inputSize = 0, hiddenSize = 0, layers = 0;
  bool paddedIo = false;

  int gates() const { return cell == LSTM ? 4 : cell == GRU ? 3 : 1; }
  int pseudoLayers() const { return layers * directions; }
  int outputSize() const { return hiddenSize * directions; }
  int inputOf(int pseudoLayer) const { return pseudoLayer < directions ? inputSize : outputSize(); }
  bool hasInputBias() const { return biasMode == INPUT_BIAS || biasMode == DOUBLE_BIAS; }
  bool hasRecurrentBias() const { return biasMode == RECURRENT_BIAS || biasMode == DOUBLE_BIAS; }

  // Elements from the start of the weight space. All matrices come first, then all biases.
  size_t inputMatrix(int pseudoLayer) const;
  size_t recurrentMatrix(int pseudoLayer) const;
  size_t inputBias(int pseudoLayer) const;
  size_t recurrentBias(int pseudoLayer) const;
  size_t weightCount() const { return inputBias(pseudoLayers()); }
};

/** What an RNN data descriptor says. */
struct RnnData {
  enum Layout { TIME_MAJOR = 0, TIME_MAJOR_PACKED = 1, BATCH_MAJOR = 2 };

  bool set = false;
  int type = FLOAT, layout = TIME_MAJOR;
  int maxLength = 0, batch = 0, size = 0;
  std::vector<int> lengths;
  bool fills = false;
  double fill = 0;

  /** Elements before the vector of sequence n at time t. */
  size_t at(int t, int n) const;
  size_t extent() const;

 private:
  int running(int t) const;
};

const Rnn& rnn(const Call& call, const void* descriptor);
const RnnData& rnnData(const Call& call, const char* what, const void* descriptor);

/** What a pseudo-layer keeps of one step of one sequence, for the way back. */
template <class T>
struct Step {
  T *h, *c, *gates;
  T* recurrentNew;  // GRU: the recurrent product of the new memory, before the reset gate
  T *dInput, *dRecurrent;

  static size_t size(const Rnn& r) { return size_t(r.hiddenSize) * (3 + 3 * r.gates()); }
  Step(const Rnn& r, T* at)
      : h(at),
        c(h + r.hiddenSize),
        gates(c + r.hiddenSize),
        recurrentNew(gates + r.gates() * r.hiddenSize),
        dInput(recurrentNew + r.hiddenSize),
        dRecurrent(dInput + r.gates() * r.hiddenSize) {}
};

/** The reserve space: a head that tells whose it is and how far the training step has come, then
 * all steps. */
struct ReserveHead {
  enum Stage : uint64_t { FORWARD_DONE = 0x52e5e121, DATA_DONE = 0x52e5e122 };
  uint64_t stage;
  uint64_t shape[6];
  uint64_t unused;
};

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/** One step: `input` and `recurrent` are the products with the weights, biases included, gate by
 * gate. */
template <class T>
void stepForward(const Rnn& r, const double* input, const double* recurrent, const double* h,
                 const double* c, const Step<T>& to) {
  int size = r.hiddenSize;
  for (int i = 0; i < size; i++) {
    auto sum = [&](int gate) { return input[gate * size + i] + recurrent[gate * size + i]; };
    if (r.cell == Rnn::LSTM) {  // input, forget, new memory, output
      double in = sigmoid(sum(0)), forget = sigmoid(sum(1)), fresh = std::tanh(sum(2)),
             out = sigmoid(sum(3));
      double cell = forget * c[i] + in * fresh;
      const double gates[] = {in, forget, fresh, out};
      for (int g = 0; g < 4; g++) to.gates[g * size + i] = static_cast<T>(gates[g]);
      to.c[i] = static_cast<T>(cell);
      to.h[i] = static_cast<T>(out * std::tanh(cell));
    } else if (r.cell == Rnn::GRU) {  // reset, update, new memory
      double reset = sigmoid(sum(0)), update = sigmoid(sum(1));
      double fresh = std::tanh(input[2 * size + i] + reset * recurrent[2 * size + i]);
      const double gates[] = {reset, update, fresh};
      for (int g = 0; g < 3; g++) to.gates[g * size + i] = static_cast<T>(gates[g]);
      to.recurrentNew[i] = static_cast<T>(recurrent[2 * size + i]);
      to.h[i] = static_cast<T>((1 - update) * fresh + update * h[i]);
    } else {
      to.h[i] = static_cast<T>(r.cell == Rnn::TANH ? std::tanh(sum(0)) : std::fmax(sum(0), 0));
    }
  }
}

/**
 * One step back: dh and dc hold the gradients of the step's results and get the parts for the step
 * before that do not go through the weights. `dInput` and `dRecurrent` get the gradients of the two
 * products.
 */
template <class T>
void stepBackward(const Rnn& r, const Step<T>& step, const double* h, const double* c, double* dh,
                  double* dc, double* dInput, double* dRecurrent) {
  int size = r.hiddenSize;
  for (int i = 0; i < size; i++) {
    auto gate = [&](int g) { return double(step.gates[g * size + i]); };
    auto both = [&](int g, double d) { dInput[g * size + i] = dRecurrent[g * size + i] = d; };
    if (r.cell == Rnn::LSTM) {
      double in = gate(0), forget = gate(1), fresh = gate(2), out = gate(3),
             squashed = std::tanh(double(step.c[i]));
      double dCell = dc[i] + dh[i] * out * (1 - squashed * squashed);
      both(0, dCell * fresh * in * (1 - in));
      both(1, dCell * c[i] * forget * (1 - forget));
      both(2, dCell * in * (1 - fresh * fresh));
      both(3, dh[i] * squashed * out * (1 - out));
      dc[i] = dCell * forget;
      dh[i] = 0;
    } else if (r.cell == Rnn::GRU) {
      double reset = gate(0), update = gate(1), fresh = gate(2);
      double dNew = dh[i] * (1 - update) * (1 - fresh * fresh);
      both(0, dNew * step.recurrentNew[i] * reset * (1 - reset));
      both(1, dh[i] * (h[i] - fresh) * update * (1 - update));
      dInput[2 * size + i] = dNew;
      dRecurrent[2 * size + i] = dNew * reset;
      dh[i] *= update;
    } else {
      double y = step.h[i];
      both(0, dh[i] * (r.cell == Rnn::TANH ? 1 - y * y : y > 0 ? 1 : 0));
      dh[i] = 0;
    }
  }
}

}  // namespace cudnn
