// libcudnn.so.9: the gradients of recurrent networks, first of the data, then of the weights.
#include "rnn_run.h"

using cudnn::answer;
using cudnn::Call;
using cudnn::Context;
using cudnn::ReserveHead;
using cudnn::Rnn;
using cudnn::RnnData;
using cudnn::RnnRun;
using cudnn::Step;

namespace {

enum WeightGradientMode { ADD = 0, SET = 1 };

/** Gradients of what a layer hands up: a vector per time and sequence. */
struct Gradients {
  int batch, size;
  std::vector<double> values;

  Gradients(int times, int batchSize, int vectorSize)
      : batch(batchSize), size(vectorSize), values(size_t(times) * batchSize * vectorSize) {}
  double* at(int t, int n) { return values.data() + (size_t(t) * batch + n) * size; }
};

/** The states' gradients at the end of a sequence, and where those at its start go. */
template <class T>
struct StateGradients {
  const T *dhy = nullptr, *dcy = nullptr;
  T *dhx = nullptr, *dcx = nullptr;
};

/** Back through one sequence of a pseudo-layer; adds to the gradient of what it read. */
template <class T>
void backThroughSequence(const RnnRun<T>& run, int p, int n, const StateGradients<T>& states,
                         Gradients& dOutput, Gradients& dInput) {
  const Rnn& r = run.r;
  int size = r.hiddenSize, rows = r.gates() * size, direction = p % r.directions;
  size_t at = run.stateAt(p, n);
  std::vector<double> dh(size_t(size), 0), dc(size_t(size), 0), h, c, dIn(size_t(rows), 0),
      dRecurrent(size_t(rows), 0);
  if (states.dhy) std::copy_n(states.dhy + at, size, dh.begin());
  if (states.dcy) std::copy_n(states.dcy + at, size, dc.begin());
  for (int i = run.length(n) - 1; i >= 0; i--) {
    int t = run.time(p, n, i);
    Step<T> step = run.step(p, t, n);
    const double* fromAbove = dOutput.at(t, n) + direction * size;
    for (int j = 0; j < size; j++) dh[j] += fromAbove[j];
    run.before(p, n, i, h, c);
    cudnn::stepBackward(r, step, h.data(), c.data(), dh.data(), dc.data(), dIn.data(),
                        dRecurrent.data());
    std::copy(dIn.begin(), dIn.end(), step.dInput);
    std::copy(dRecurrent.begin(), dRecurrent.end(), step.dRecurrent);
    const T* w = run.weights;
    cudnn::addTransposedProduct(w + r.recurrentMatrix(p), rows, size, dRecurrent.data(), dh.data());
    cudnn::addTransposedProduct(w + r.inputMatrix(p), rows, r.inputOf(p), dIn.data(),
                                dInput.at(t, n));
  }
  if (states.dhx) std::copy(dh.begin(), dh.end(), states.dhx + at);
  if (states.dcx) std::copy(dc.begin(), dc.end(), states.dcx + at);
}

template <class T>
void backThroughData(const RnnRun<T>& run, const T* dy, const StateGradients<T>& states, T* dx) {
  const Rnn& r = run.r;
  Gradients dOutput(run.x.maxLength, run.x.batch, r.outputSize());
  for (int n = 0; n < run.x.batch; n++) {
    for (int t = 0; t < run.length(n); t++)
      std::copy_n(dy + run.y.at(t, n), run.y.size, dOutput.at(t, n));
  }
  for (int layer = r.layers - 1; layer >= 0; layer--) {
    Gradients dInput(run.x.maxLength, run.x.batch, r.inputOf(layer * r.directions));
    for (int d = 0; d < r.directions; d++) {
      for (int n = 0; n < run.x.batch; n++) {
        backThroughSequence(run, layer * r.directions + d, n, states, dOutput, dInput);
      }
    }
    dOutput = dInput;
  }
  for (int n = 0; n < run.x.batch; n++) {
    for (int t = 0; t < run.length(n); t++)
      std::copy_n(dOutput.at(t, n), run.x.size, dx + run.x.at(t, n));
  }
}

/** Adds the products of one step's gradients with what the step read. */
template <class T>
void addStep(const RnnRun<T>& run, int p, int t, const std::vector<double>& in,
             const std::vector<double>& h, int n, std::vector<double>& sums) {
  const Rnn& r = run.r;
  int rows = r.gates() * r.hiddenSize, columns = r.inputOf(p), size = r.hiddenSize;
  Step<T> step = run.step(p, t, n);
  for (int i = 0; i < rows; i++) {
    double dIn = step.dInput[i], dRecurrent = step.dRecurrent[i];
    double* inputRow = sums.data() + r.inputMatrix(p) + size_t(i) * columns;
    double* recurrentRow = sums.data() + r.recurrentMatrix(p) + size_t(i) * size;
    for (int j = 0; j < columns; j++) inputRow[j] += dIn * in[j];
    for (int j = 0; j < size; j++) recurrentRow[j] += dRecurrent * h[j];
    if (r.hasInputBias()) sums[r.inputBias(p) + i] += dIn;
    if (r.hasRecurrentBias()) sums[r.recurrentBias(p) + i] += dRecurrent;
  }
}

template <class T>
void addWeightGradients(const RnnRun<T>& run, T* gradients) {
  std::vector<double> sums(run.r.weightCount()), in, h, c;
  for (int p = 0; p < run.r.pseudoLayers(); p++) {
    for (int n = 0; n < run.x.batch; n++) {
      for (int i = 0; i < run.length(n); i++) {
        int t = run.time(p, n, i);
        run.input(p, t, n, in);
        run.before(p, n, i, h, c);
        addStep(run, p, t, in, h, n, sums);
      }
    }
  }
  for (size_t i = 0; i < sums.size(); i++) gradients[i] = static_cast<T>(gradients[i] + sums[i]);
}

/** Workspace and reserve space, which must both be as large as asked for. */
template <class T>
void checkSpaces(Call& call, const Rnn& r, const RnnData& x, size_t workspaceBytes, void* workspace,
                 size_t reserveBytes, void* reserve) {
  size_t wanted = cudnn::reserveBytes<T>(r, x);
  call.require(workspaceBytes >= cudnn::WORKSPACE_BYTES, "workSpaceSize must be %zu, found %zu",
               cudnn::WORKSPACE_BYTES, workspaceBytes);
  call.require(reserveBytes >= wanted, "reserveSpaceSize must be %zu, found %zu", wanted,
               reserveBytes);
  call.out<char>("workSpace", workspace, workspaceBytes);
  call.out<uint64_t>("reserveSpace", reserve, reserveBytes / 8);
}

}  // namespace

STAND_IN_API int cudnnRNNBackwardData_v8(Context* handle, Rnn* descriptor,
                                         const int deviceLengths[], RnnData* yDesc, const void* y,
                                         const void* dy, RnnData* xDesc, void* dx, void* hDesc,
                                         const void* hx, const void* dhy, void* dhx, void* cDesc,
                                         const void* cx, const void* dcy, void* dcx,
                                         size_t weightBytes, const void* weights,
                                         size_t workspaceBytes, void* workspace,
                                         size_t reserveBytes, void* reserve) {
  return answer("cudnnRNNBackwardData_v8", handle, [&](Call& call, Context& context) {
    const Rnn& r = cudnn::rnn(call, descriptor);
    const RnnData& xData = cudnn::rnnData(call, "xDesc", xDesc);
    const RnnData& yData = cudnn::rnnData(call, "yDesc", yDesc);
    cudnn::withType(call, r.type, [&](auto zero) {
      using T = decltype(zero);
      RnnRun<T> run = cudnn::rnnRun<T>(call, r, deviceLengths, xData, yData);
      bool lstm = r.cell == Rnn::LSTM;
      size_t hCount = cudnn::stateCount(call, "hDesc", run, hDesc, hx || dhy || dhx);
      size_t cCount = cudnn::stateCount(call, "cDesc", run, cDesc, lstm && (cx || dcy || dcx));
      StateGradients<T> states;
      call.in<T>("y", y, yData.extent());
      const T* gradient = call.in<T>("dy", dy, yData.extent());
      if (hx) run.hx = call.in<T>("hx", hx, hCount);
      if (dhy) states.dhy = call.in<T>("dhy", dhy, hCount);
      if (lstm && cx) run.cx = call.in<T>("cx", cx, cCount);
      if (lstm && dcy) states.dcy = call.in<T>("dcy", dcy, cCount);
      call.require(weightBytes >= r.weightCount() * sizeof(T),
                   "weightSpaceSize must be %zu, found %zu", r.weightCount() * sizeof(T),
                   weightBytes);
      run.weights = call.in<T>("weightSpace", weights, r.weightCount());
      T* out = call.out<T>("dx", dx, xData.extent());
      if (dhx) states.dhx = call.out<T>("dhx", dhx, hCount);
      if (lstm && dcx) states.dcx = call.out<T>("dcx", dcx, cCount);
      checkSpaces<T>(call, r, xData, workspaceBytes, workspace, reserveBytes, reserve);
      run.steps = cudnn::stepsOf<T>(reserve);
      const char* name = call.name();
      call.submit(context.stream, [=]() {
        if (!cudnn::isAtStage(reserve, run.r, run.x, ReserveHead::FORWARD_DONE, name))
          return int(stand_in::kInvalidValue);
        std::memset(workspace, 0xff, cudnn::WORKSPACE_BYTES);
        backThroughData(run, gradient, states, out);
        ReserveHead head = cudnn::reserveHead(run.r, run.x, ReserveHead::DATA_DONE);
        std::memcpy(reserve, &head, sizeof head);
        return int(stand_in::kSuccess);
      });
    });
  });
}

STAND_IN_API int cudnnRNNBackwardWeights_v8(Context* handle, Rnn* descriptor, int mode,
                                            const int deviceLengths[], RnnData* xDesc,
                                            const void* x, void* hDesc, const void* hx,
                                            RnnData* yDesc, const void* y, size_t weightBytes,
                                            void* dWeights, size_t workspaceBytes, void* workspace,
                                            size_t reserveBytes, void* reserve) {
  return answer("cudnnRNNBackwardWeights_v8", handle, [&](Call& call, Context& context) {
    const Rnn& r = cudnn::rnn(call, descriptor);
    const RnnData& xData = cudnn::rnnData(call, "xDesc", xDesc);
    const RnnData& yData = cudnn::rnnData(call, "yDesc", yDesc);
    call.require(mode == ADD || mode == SET, "addGrad must be 0 or 1, found %d", mode);
    call.supports(mode == ADD, "gradients of weights are added: only CUDNN_WGRAD_MODE_ADD works");
    cudnn::withType(call, r.type, [&](auto zero) {
      using T = decltype(zero);
      RnnRun<T> run = cudnn::rnnRun<T>(call, r, deviceLengths, xData, yData);
      size_t hCount = cudnn::stateCount(call, "hDesc", run, hDesc, hx != nullptr);
      run.xData = call.in<T>("x", x, xData.extent());
      if (hx) run.hx = call.in<T>("hx", hx, hCount);
      call.in<T>("y", y, yData.extent());
      call.require(weightBytes >= r.weightCount() * sizeof(T),
                   "weightSpaceSize must be %zu, found %zu", r.weightCount() * sizeof(T),
                   weightBytes);
      T* gradients = call.out<T>("dweightSpace", dWeights, r.weightCount());
      checkSpaces<T>(call, r, xData, workspaceBytes, workspace, reserveBytes, reserve);
      run.steps = cudnn::stepsOf<T>(reserve);
      const char* name = call.name();
      call.submit(context.stream, [=]() {
        if (!cudnn::isAtStage(reserve, run.r, run.x, ReserveHead::DATA_DONE, name))
          return int(stand_in::kInvalidValue);
        std::memset(workspace, 0xff, cudnn::WORKSPACE_BYTES);
        addWeightGradients(run, gradients);
        return int(stand_in::kSuccess);
      });
    });
  });
}
