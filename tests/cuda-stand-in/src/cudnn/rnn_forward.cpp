// libcudnn.so.9: recurrent networks forward.
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

enum ForwardMode { INFERENCE = 0, TRAINING = 1 };

/** All steps of one sequence in one pseudo-layer. */
template <class T>
void runSequence(const RnnRun<T>& run, int p, int n) {
  const Rnn& r = run.r;
  int rows = r.gates() * r.hiddenSize;
  const T* w = run.weights;
  std::vector<double> in, h, c, input, recurrent;
  for (int i = 0; i < run.length(n); i++) {
    int t = run.time(p, n, i);
    run.input(p, t, n, in);
    run.before(p, n, i, h, c);
    input.assign(size_t(rows), 0);
    recurrent.assign(size_t(rows), 0);
    if (r.hasInputBias()) std::copy_n(w + r.inputBias(p), rows, input.begin());
    if (r.hasRecurrentBias()) std::copy_n(w + r.recurrentBias(p), rows, recurrent.begin());
    cudnn::addProduct(w + r.inputMatrix(p), rows, r.inputOf(p), in.data(), input.data());
    cudnn::addProduct(w + r.recurrentMatrix(p), rows, r.hiddenSize, h.data(), recurrent.data());
    cudnn::stepForward(r, input.data(), recurrent.data(), h.data(), c.data(), run.step(p, t, n));
  }
}

template <class T>
void writeOutputs(const RnnRun<T>& run, T* y) {
  const Rnn& r = run.r;
  for (int n = 0; n < run.x.batch; n++) {
    for (int t = 0; t < run.length(n); t++) {
      for (int d = 0; d < r.directions; d++) {
        const T* h = run.step((r.layers - 1) * r.directions + d, t, n).h;
        std::copy_n(h, r.hiddenSize, y + run.y.at(t, n) + d * r.hiddenSize);
      }
    }
    bool padded = run.y.fills && run.y.layout != RnnData::TIME_MAJOR_PACKED;
    for (int t = run.length(n); padded && t < run.y.maxLength; t++) {
      std::fill_n(y + run.y.at(t, n), run.y.size, static_cast<T>(run.y.fill));
    }
  }
}

template <class T>
void writeStates(const RnnRun<T>& run, T* hy, T* cy) {
  std::vector<double> h, c;
  for (int p = 0; p < run.r.pseudoLayers(); p++) {
    for (int n = 0; n < run.x.batch; n++) {
      run.before(p, n, run.length(n), h, c);
      if (hy) std::copy(h.begin(), h.end(), hy + run.stateAt(p, n));
      if (cy) std::copy(c.begin(), c.end(), cy + run.stateAt(p, n));
    }
  }
}

}  // namespace

STAND_IN_API int cudnnGetRNNTempSpaceSizes(Context* handle, Rnn* descriptor, int mode,
                                           RnnData* xDesc, size_t* workspaceBytes,
                                           size_t* reserveBytes) {
  return answer("cudnnGetRNNTempSpaceSizes", handle, [&](Call& call, Context&) {
    const Rnn& r = cudnn::rnn(call, descriptor);
    const RnnData& x = cudnn::rnnData(call, "xDesc", xDesc);
    call.require(mode == INFERENCE || mode == TRAINING, "fwdMode must be 0 or 1, found %d", mode);
    if (workspaceBytes) *workspaceBytes = cudnn::WORKSPACE_BYTES;
    bool doubles = r.type == cudnn::DOUBLE;
    size_t bytes = doubles ? cudnn::reserveBytes<double>(r, x) : cudnn::reserveBytes<float>(r, x);
    if (reserveBytes) *reserveBytes = mode == TRAINING ? bytes : 0;
  });
}

STAND_IN_API int cudnnRNNForward(Context* handle, Rnn* descriptor, int mode,
                                 const int deviceLengths[], RnnData* xDesc, const void* x,
                                 RnnData* yDesc, void* y, void* hDesc, const void* hx, void* hy,
                                 void* cDesc, const void* cx, void* cy, size_t weightBytes,
                                 const void* weights, size_t workspaceBytes, void* workspace,
                                 size_t reserveBytes, void* reserve) {
  return answer("cudnnRNNForward", handle, [&](Call& call, Context& context) {
    const Rnn& r = cudnn::rnn(call, descriptor);
    const RnnData& xData = cudnn::rnnData(call, "xDesc", xDesc);
    const RnnData& yData = cudnn::rnnData(call, "yDesc", yDesc);
    call.require(mode == INFERENCE || mode == TRAINING, "fwdMode must be 0 or 1, found %d", mode);
    cudnn::withType(call, r.type, [&](auto zero) {
      using T = decltype(zero);
      RnnRun<T> run = cudnn::rnnRun<T>(call, r, deviceLengths, xData, yData);
      bool lstm = r.cell == Rnn::LSTM;
      size_t hCount = cudnn::stateCount(call, "hDesc", run, hDesc, hx || hy);
      size_t cCount = cudnn::stateCount(call, "cDesc", run, cDesc, lstm && (cx || cy));
      run.xData = call.in<T>("x", x, xData.extent());
      if (hx) run.hx = call.in<T>("hx", hx, hCount);
      if (lstm && cx) run.cx = call.in<T>("cx", cx, cCount);
      call.require(weightBytes >= r.weightCount() * sizeof(T),
                   "weightSpaceSize must be %zu, found %zu", r.weightCount() * sizeof(T),
                   weightBytes);
      run.weights = call.in<T>("weightSpace", weights, r.weightCount());
      T* out = call.out<T>("y", y, yData.extent());
      T* hOut = hy ? call.out<T>("hy", hy, hCount) : nullptr;
      T* cOut = lstm && cy ? call.out<T>("cy", cy, cCount) : nullptr;
      call.require(workspaceBytes >= cudnn::WORKSPACE_BYTES, "workSpaceSize must be %zu, found %zu",
                   cudnn::WORKSPACE_BYTES, workspaceBytes);
      call.out<char>("workSpace", workspace, workspaceBytes);
      size_t wanted = cudnn::reserveBytes<T>(r, xData);
      if (mode == TRAINING) {
        call.require(reserveBytes >= wanted, "reserveSpaceSize must be %zu, found %zu", wanted,
                     reserveBytes);
        call.out<uint64_t>("reserveSpace", reserve, reserveBytes / 8);
      }
      call.submit(context.stream, [=]() {
        RnnRun<T> now = run;
        std::memset(workspace, 0xff, cudnn::WORKSPACE_BYTES);
        std::vector<T> kept;
        if (mode == TRAINING) {
          ReserveHead head = cudnn::reserveHead(now.r, now.x, ReserveHead::FORWARD_DONE);
          std::memcpy(reserve, &head, sizeof head);
          now.steps = cudnn::stepsOf<T>(reserve);
        } else {
          kept.resize((wanted - sizeof(ReserveHead)) / sizeof(T));
          now.steps = kept.data();
        }
        for (int p = 0; p < now.r.pseudoLayers(); p++) {
          for (int n = 0; n < now.x.batch; n++) runSequence(now, p, n);
        }
        writeOutputs(now, out);
        writeStates(now, hOut, cOut);
      });
    });
  });
}
