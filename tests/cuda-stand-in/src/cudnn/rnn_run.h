// One run of a recurrent network: its arguments checked, and where everything lies.
#pragma once

#include <algorithm>
#include <cstring>

#include "rnn.h"

namespace cudnn {

constexpr size_t WORKSPACE_BYTES =
    4096;  // made up: what matters is that it is asked for and may be spoilt

template <class T>
size_t reserveBytes(const Rnn& r, const RnnData& x) {
  return sizeof(ReserveHead) +
         size_t(r.pseudoLayers()) * x.maxLength * x.batch * Step<T>::size(r) * sizeof(T);
}

inline ReserveHead reserveHead(const Rnn& r, const RnnData& x, ReserveHead::Stage stage) {
  return {stage,
          {uint64_t(r.cell), uint64_t(r.pseudoLayers()), uint64_t(r.hiddenSize),
           uint64_t(r.inputSize), uint64_t(x.maxLength), uint64_t(x.batch)},
          0};
}

/** The steps of all pseudo-layers and the memory around them. */
template <class T>
struct RnnRun {
  Rnn r;
  RnnData x, y;
  const T* weights = nullptr;
  T* steps = nullptr;
  const T* xData = nullptr;
  const T *hx = nullptr, *cx = nullptr;

  Step<T> step(int pseudoLayer, int t, int n) const {
    size_t index = (size_t(pseudoLayer) * x.maxLength + t) * x.batch + n;
    return Step<T>(r, steps + index * Step<T>::size(r));
  }

  int length(int n) const { return x.lengths[n]; }

  /** The time of the i-th step of a pseudo-layer: the second direction starts at the end of its
   * sequence. */
  int time(int pseudoLayer, int n, int i) const {
    bool backwards = pseudoLayer % r.directions == 1;
    return backwards ? length(n) - 1 - i : i;
  }

  size_t stateAt(int pseudoLayer, int n) const {
    return (size_t(pseudoLayer) * x.batch + n) * r.hiddenSize;
  }

  /** What the pseudo-layer reads at time t: x, or the results of the layer below in all directions.
   */
  void input(int pseudoLayer, int t, int n, std::vector<double>& to) const {
    to.resize(size_t(r.inputOf(pseudoLayer)));
    int layer = pseudoLayer / r.directions;
    if (layer == 0) {
      std::copy_n(xData + x.at(t, n), r.inputSize, to.begin());
      return;
    }
    for (int d = 0; d < r.directions; d++) {
      std::copy_n(step((layer - 1) * r.directions + d, t, n).h, r.hiddenSize,
                  to.begin() + d * r.hiddenSize);
    }
  }

  /** The states before the i-th step. */
  void before(int pseudoLayer, int n, int i, std::vector<double>& h, std::vector<double>& c) const {
    size_t size = size_t(r.hiddenSize);
    h.assign(size, 0);
    c.assign(size, 0);
    if (i > 0) {
      Step<T> last = step(pseudoLayer, time(pseudoLayer, n, i - 1), n);
      std::copy_n(last.h, size, h.begin());
      if (r.cell == Rnn::LSTM) std::copy_n(last.c, size, c.begin());
    } else {
      if (hx) std::copy_n(hx + stateAt(pseudoLayer, n), size, h.begin());
      if (cx) std::copy_n(cx + stateAt(pseudoLayer, n), size, c.begin());
    }
  }
};

/** Checks and remembers what all three runs have in common. */
template <class T>
RnnRun<T> rnnRun(Call& call, const Rnn& r, const void* deviceLengths, const RnnData& x,
                 const RnnData& y) {
  call.require(x.type == r.type && y.type == r.type,
               "x and y must have data type %d, found %d and %d", r.type, x.type, y.type);
  call.require(x.layout == y.layout, "x and y must have one layout, found %d and %d", x.layout,
               y.layout);
  call.require(x.layout == RnnData::TIME_MAJOR_PACKED || r.paddedIo,
               "layouts with padding need CUDNN_RNN_PADDED_IO_ENABLED");
  call.require(x.maxLength == y.maxLength && x.batch == y.batch && x.lengths == y.lengths,
               "x and y must have the same sequences");
  call.require(x.size == r.inputSize, "x must have vectors of %d, found %d", r.inputSize, x.size);
  call.require(y.size == r.outputSize(), "y must have vectors of %d, found %d", r.outputSize(),
               y.size);
  // Since cuDNN 8.9 the lengths come from the data descriptors and the copy on the device may be
  // null.
  if (deviceLengths != nullptr) call.in<int>("devSeqLengths", deviceLengths, size_t(x.batch));
  RnnRun<T> run;
  run.r = r;
  run.x = x;
  run.y = y;
  return run;
}

/** Elements of a state tensor, whose descriptor matters only where one of its tensors is given. */
template <class T>
size_t stateCount(const Call& call, const char* what, const RnnRun<T>& run, const void* descriptor,
                  bool given) {
  if (!given) return 0;
  const Tensor& t = tensor(call, what, descriptor);
  const int dim[] = {run.r.pseudoLayers(), run.x.batch, run.r.hiddenSize};
  requireDims(call, what, t, 3, dim);
  call.require(t.type == run.r.type, "%s must have data type %d, found %d", what, run.r.type,
               t.type);
  call.require(t.extent() == size_t(t.count()), "%s must be packed", what);
  return size_t(t.count());
}

/** Steps in the reserve space, of which the head must tell that the run before was made. */
template <class T>
T* stepsOf(void* reserve) {
  return reinterpret_cast<T*>(static_cast<char*>(reserve) + sizeof(ReserveHead));
}

inline bool isAtStage(const void* reserve, const Rnn& r, const RnnData& x, ReserveHead::Stage stage,
                      const char* name) {
  ReserveHead wanted = reserveHead(r, x, stage);
  if (std::memcmp(reserve, &wanted, sizeof wanted) == 0) return true;
  standInSay("%s: the reserve space is not as the run before left it", name);
  return false;
}

/** out[i] += sum over j of matrix[i][j] v[j], row by row. */
template <class T>
void addProduct(const T* matrix, int rows, int columns, const double* v, double* out) {
  for (int i = 0; i < rows; i++) {
    const T* row = matrix + size_t(i) * columns;
    for (int j = 0; j < columns; j++) out[i] += row[j] * v[j];
  }
}

/** out[j] += sum over i of matrix[i][j] v[i]. */
template <class T>
void addTransposedProduct(const T* matrix, int rows, int columns, const double* v, double* out) {
  for (int i = 0; i < rows; i++) {
    const T* row = matrix + size_t(i) * columns;
    for (int j = 0; j < columns; j++) out[j] += row[j] * v[i];
  }
}

}  // namespace cudnn
