// libcudnn.so.9: pooling.
#include <algorithm>
#include <limits>
#include <vector>

#include "tensor.h"

using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Spatial;
using cudnn::Tensor;

namespace {

enum Mode {
  MAX = 0,
  AVERAGE_INCLUDE_PADDING = 1,
  AVERAGE_EXCLUDE_PADDING = 2,
  MAX_DETERMINISTIC = 3
};

/** What a pooling descriptor says; `rank` counts the dimensions of space and is 0 until it is set.
 */
struct Pooling {
  int mode = MAX;
  bool propagatesNan = false;
  int rank = 0;
  int window[3] = {1, 1, 1}, pad[3] = {}, stride[3] = {1, 1, 1};

  bool isMax() const { return mode == MAX || mode == MAX_DETERMINISTIC; }
  int outputSize(int d, int input) const {
    return 1 + (input + 2 * pad[d] - window[d]) / stride[d];
  }
};

void set(const Call& call, Pooling* descriptor, int mode, int nanPropagation, int rank,
         const int* window, const int* pad, const int* stride) {
  Pooling& p = call.object<Pooling>("poolingDesc", descriptor);
  call.require(mode >= MAX && mode <= MAX_DETERMINISTIC, "mode must be 0 to 3, found %d", mode);
  call.require(nanPropagation == 0 || nanPropagation == 1,
               "maxpoolingNanOpt must be 0 or 1, found %d", nanPropagation);
  call.supports(rank >= 1 && rank <= 3, "nbDims must be 1 to 3, found %d", rank);
  Pooling next;
  next.mode = mode;
  next.propagatesNan = nanPropagation == 1;
  next.rank = rank;
  for (int d = 0; d < rank; d++) {
    call.require(window[d] > 0, "the window must be positive, found %d", window[d]);
    call.require(stride[d] > 0, "the stride must be positive, found %d", stride[d]);
    call.require(pad[d] >= 0 && pad[d] < window[d],
                 "padding must be 0 to the window %d - 1, found %d", window[d], pad[d]);
    next.window[d] = window[d];
    next.pad[d] = pad[d];
    next.stride[d] = stride[d];
  }
  p = next;
}

const Pooling& pooling(const Call& call, const void* descriptor) {
  const Pooling& p = call.object<Pooling>("poolingDesc", descriptor);
  call.require(p.rank > 0, "poolingDesc was not set");
  return p;
}

void checkShapes(const Call& call, const Pooling& p, const Tensor& x, const Tensor& y) {
  call.require(x.type == y.type, "x and y must have one data type, found %d and %d", x.type,
               y.type);
  call.require(x.rank == p.rank + 2, "x must have rank %d, found %d", p.rank + 2, x.rank);
  int dim[cudnn::MAX_DIMS] = {x.dim[0], x.dim[1]};
  for (int d = 0; d < p.rank; d++) dim[d + 2] = p.outputSize(d, x.dim[d + 2]);
  cudnn::requireDims(call, "yDesc", y, x.rank, dim);
}

/** One output's window: where its elements lie in x, without those in the padding. */
struct Windows {
  Spatial x, y;
  int window[3] = {1, 1, 1}, pad[3] = {0, 0, 0}, stride[3] = {1, 1, 1};

  Windows(const Call& call, const Pooling& p, const Tensor& xTensor, const Tensor& yTensor)
      : x(cudnn::spatial(call, xTensor)), y(cudnn::spatial(call, yTensor)) {
    std::copy(p.window, p.window + p.rank, window + 3 - p.rank);
    std::copy(p.pad, p.pad + p.rank, pad + 3 - p.rank);
    std::copy(p.stride, p.stride + p.rank, stride + 3 - p.rank);
  }

  int size() const { return window[0] * window[1] * window[2]; }

  /** Calls body(n, c, d, h, w, offsets) for every output: its place and the offsets in x of its
   * window. */
  template <class Body>
  void forEach(Body body) const {
    std::vector<int64_t> offsets;
    for (int n = 0; n < y.n; n++) {
      for (int c = 0; c < y.c; c++) {
        for (int d = 0; d < y.space[0]; d++) {
          for (int h = 0; h < y.space[1]; h++) {
            for (int w = 0; w < y.space[2]; w++) {
              offsets.clear();
              collect(n, c, {d, h, w}, offsets);
              body(n, c, d, h, w, offsets);
            }
          }
        }
      }
    }
  }

 private:
  void collect(int n, int c, std::array<int, 3> place, std::vector<int64_t>& offsets) const {
    int first[3], end[3];
    for (int d = 0; d < 3; d++) {
      int start = place[d] * stride[d] - pad[d];
      first[d] = std::max(start, 0);
      end[d] = std::min(start + window[d], x.space[d]);
    }
    for (int d = first[0]; d < end[0]; d++) {
      for (int h = first[1]; h < end[1]; h++) {
        for (int w = first[2]; w < end[2]; w++) offsets.push_back(x.at(n, c, d, h, w));
      }
    }
  }
};

/** The first of the largest elements; a NaN counts as largest or not at all. -1 when there is none.
 */
template <class T>
int64_t largest(const T* x, const std::vector<int64_t>& offsets, bool propagatesNan) {
  int64_t best = -1;
  for (int64_t i : offsets) {
    bool nan = x[i] != x[i];
    if (nan && propagatesNan) return i;
    if (!nan && (best < 0 || x[i] > x[best])) best = i;
  }
  return best;
}

template <class T>
double pooled(const Pooling& p, int size, const T* x, const std::vector<int64_t>& offsets) {
  if (p.isMax()) {
    int64_t i = largest(x, offsets, p.propagatesNan);
    return i < 0 ? -std::numeric_limits<double>::infinity() : x[i];
  }
  double sum = 0;
  for (int64_t i : offsets) sum += x[i];
  return sum / (p.mode == AVERAGE_INCLUDE_PADDING ? size : std::max<size_t>(1, offsets.size()));
}

/** Adds one output's gradient to the inputs that it came from. */
template <class T>
void spread(const Pooling& p, int size, const T* x, double gradient,
            const std::vector<int64_t>& offsets, std::vector<double>& sums) {
  if (p.isMax()) {
    int64_t i = largest(x, offsets, p.propagatesNan);
    if (i >= 0) sums[i] += gradient;
    return;
  }
  double share =
      gradient / (p.mode == AVERAGE_INCLUDE_PADDING ? size : std::max<size_t>(1, offsets.size()));
  for (int64_t i : offsets) sums[i] += share;
}

}  // namespace

STAND_IN_API int cudnnCreatePoolingDescriptor(Pooling** descriptor) {
  return cudnn::create("cudnnCreatePoolingDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyPoolingDescriptor(Pooling* descriptor) {
  return cudnn::destroy("cudnnDestroyPoolingDescriptor", descriptor);
}

STAND_IN_API int cudnnSetPooling2dDescriptor(Pooling* descriptor, int mode, int nanPropagation,
                                             int windowH, int windowW, int padH, int padW,
                                             int strideH, int strideW) {
  return answer("cudnnSetPooling2dDescriptor", [&](Call& call) {
    const int window[] = {windowH, windowW}, pad[] = {padH, padW}, stride[] = {strideH, strideW};
    set(call, descriptor, mode, nanPropagation, 2, window, pad, stride);
  });
}

STAND_IN_API int cudnnSetPoolingNdDescriptor(Pooling* descriptor, int mode, int nanPropagation,
                                             int rank, const int window[], const int pad[],
                                             const int stride[]) {
  return answer("cudnnSetPoolingNdDescriptor", [&](Call& call) {
    set(call, descriptor, mode, nanPropagation, rank, call.host("windowDimA", window),
        call.host("paddingA", pad), call.host("strideA", stride));
  });
}

STAND_IN_API int cudnnGetPoolingNdForwardOutputDim(Pooling* descriptor, void* xDesc, int rank,
                                                   int dim[]) {
  return answer("cudnnGetPoolingNdForwardOutputDim", [&](Call& call) {
    const Pooling& p = pooling(call, descriptor);
    const Tensor& x = cudnn::tensor(call, "inputTensorDesc", xDesc);
    call.require(rank == p.rank + 2 && x.rank == rank,
                 "nbDims and the input's rank must be %d, found %d and %d", p.rank + 2, rank,
                 x.rank);
    call.host("outputTensorDimA", dim);
    dim[0] = x.dim[0];
    dim[1] = x.dim[1];
    for (int d = 0; d < p.rank; d++) dim[d + 2] = p.outputSize(d, x.dim[d + 2]);
  });
}

STAND_IN_API int cudnnGetPooling2dForwardOutputDim(Pooling* descriptor, void* xDesc, int* n, int* c,
                                                   int* h, int* w) {
  int dim[4];
  int status = cudnnGetPoolingNdForwardOutputDim(descriptor, xDesc, 4, dim);
  if (status != 0) return status;
  return answer("cudnnGetPooling2dForwardOutputDim", [&](Call& call) {
    *call.host("n", n) = dim[0];
    *call.host("c", c) = dim[1];
    *call.host("h", h) = dim[2];
    *call.host("w", w) = dim[3];
  });
}

STAND_IN_API int cudnnPoolingForward(Context* handle, Pooling* descriptor, const void* alpha,
                                     void* xDesc, const void* x, const void* beta, void* yDesc,
                                     void* y) {
  return answer("cudnnPoolingForward", handle, [&](Call& call, Context& context) {
    Pooling p = pooling(call, descriptor);
    const Tensor& xTensor = cudnn::tensor(call, "xDesc", xDesc);
    const Tensor& yTensor = cudnn::tensor(call, "yDesc", yDesc);
    checkShapes(call, p, xTensor, yTensor);
    double a = cudnn::scalar(call, "alpha", alpha, xTensor.type),
           b = cudnn::scalar(call, "beta", beta, xTensor.type);
    Windows windows(call, p, xTensor, yTensor);
    cudnn::withType(call, xTensor.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, xTensor.extent());
      T* out = call.out<T>("y", y, yTensor.extent());
      call.submit(context.stream, [=]() {
        windows.forEach(
            [&](int n, int c, int d, int h, int w, const std::vector<int64_t>& offsets) {
              blend(out[windows.y.at(n, c, d, h, w)], a, pooled(p, windows.size(), in, offsets), b);
            });
      });
    });
  });
}

STAND_IN_API int cudnnPoolingBackward(Context* handle, Pooling* descriptor, const void* alpha,
                                      void* yDesc, const void* y, void* dyDesc, const void* dy,
                                      void* xDesc, const void* x, const void* beta, void* dxDesc,
                                      void* dx) {
  return answer("cudnnPoolingBackward", handle, [&](Call& call, Context& context) {
    Pooling p = pooling(call, descriptor);
    Tensor ty = cudnn::tensor(call, "yDesc", yDesc), tdy = cudnn::tensor(call, "dyDesc", dyDesc);
    Tensor tx = cudnn::tensor(call, "xDesc", xDesc), tdx = cudnn::tensor(call, "dxDesc", dxDesc);
    checkShapes(call, p, tx, ty);
    cudnn::requireSame(call, "yDesc", ty, "dyDesc", tdy);
    cudnn::requireSame(call, "xDesc", tx, "dxDesc", tdx);
    bool sameLayout = std::equal(tx.stride, tx.stride + tx.rank, tdx.stride);
    call.supports(sameLayout, "xDesc and dxDesc with different strides are not emulated");
    double a = cudnn::scalar(call, "alpha", alpha, tx.type),
           b = cudnn::scalar(call, "beta", beta, tx.type);
    Windows windows(call, p, tx, tdy);
    cudnn::withType(call, tx.type, [&](auto zero) {
      using T = decltype(zero);
      call.in<T>("y", y, ty.extent());
      const T* gradient = call.in<T>("dy", dy, tdy.extent());
      const T* in = call.in<T>("x", x, tx.extent());
      T* out = call.out<T>("dx", dx, tdx.extent());
      call.submit(context.stream, [=]() {
        std::vector<double> sums(tdx.extent());
        windows.forEach(
            [&](int n, int c, int d, int h, int w, const std::vector<int64_t>& offsets) {
              spread(p, windows.size(), in, gradient[windows.y.at(n, c, d, h, w)], offsets, sums);
            });
        double factor = a * (p.mode == MAX ? cudnn::unsteadyFactor() : 1);
        cudnn::forEach<1>(tdx, {tdx},
                          [&](const auto& at) { blend(out[at[0]], factor, sums[at[0]], b); });
      });
    });
  });
}
