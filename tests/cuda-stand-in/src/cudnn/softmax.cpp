// libcudnn.so.9: softmax.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tensor.h"

using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Tensor;

namespace {

enum Algorithm { FAST = 0, ACCURATE = 1, LOG = 2 };
enum Mode { INSTANCE = 0, CHANNEL = 1 };

void checkModes(const Call& call, int algorithm, int mode) {
  call.require(algorithm >= FAST && algorithm <= LOG, "algorithm must be 0, 1 or 2, found %d",
               algorithm);
  call.require(mode == INSTANCE || mode == CHANNEL, "mode must be 0 or 1, found %d", mode);
}

/** The classes that are normalized together: all of a sample, or the channels of one place. */
Tensor groupShape(const Tensor& t, int mode) {
  Tensor group = t;
  group.dim[0] = 1;
  for (int d = 2; d < t.rank && mode == CHANNEL; d++) group.dim[d] = 1;
  return group;
}

/** The tensor of all groups. */
Tensor groupsShape(const Tensor& t, int mode) {
  Tensor groups = t;
  groups.dim[1] = 1;
  for (int d = 2; d < t.rank && mode == INSTANCE; d++) groups.dim[d] = 1;
  return groups;
}

/** `shape` with the strides of `t`. */
Tensor like(const Tensor& t, const Tensor& shape) {
  Tensor result = t;
  std::copy(shape.dim, shape.dim + shape.rank, result.dim);
  return result;
}

/** Calls body with the offsets of each tensor for every class of every group, group by group. */
template <size_t N, class Body>
void forEachGroup(const std::array<Tensor, N>& tensors, int mode, Body body) {
  Tensor group = groupShape(tensors[0], mode), groups = groupsShape(tensors[0], mode);
  std::array<Tensor, N> inner, outer;
  for (size_t t = 0; t < N; t++) {
    inner[t] = like(tensors[t], group);
    outer[t] = like(tensors[t], groups);
  }
  std::vector<std::array<int64_t, N>> classes;
  cudnn::forEach<N>(group, inner, [&](const auto& at) { classes.push_back(at); });
  cudnn::forEach<N>(groups, outer, [&](const auto& base) {
    std::vector<std::array<int64_t, N>> offsets = classes;
    for (auto& at : offsets) {
      for (size_t t = 0; t < N; t++) at[t] += base[t];
    }
    body(offsets);
  });
}

}  // namespace

STAND_IN_API int cudnnSoftmaxForward(Context* handle, int algorithm, int mode, const void* alpha,
                                     void* xDesc, const void* x, const void* beta, void* yDesc,
                                     void* y) {
  return answer("cudnnSoftmaxForward", handle, [&](Call& call, Context& context) {
    checkModes(call, algorithm, mode);
    Tensor tx = cudnn::tensor(call, "xDesc", xDesc), ty = cudnn::tensor(call, "yDesc", yDesc);
    cudnn::requireSame(call, "xDesc", tx, "yDesc", ty);
    double a = cudnn::scalar(call, "alpha", alpha, tx.type),
           b = cudnn::scalar(call, "beta", beta, tx.type);
    call.allowInPlace();
    cudnn::withType(call, tx.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, tx.extent());
      T* out = call.out<T>("y", y, ty.extent());
      call.submit(context.stream, [=]() {
        forEachGroup<2>({tx, ty}, mode, [&](const auto& offsets) {
          // FAST does not subtract the largest number: large logits overflow.
          double shift = algorithm == FAST ? 0 : -std::numeric_limits<double>::infinity();
          for (const auto& at : offsets) {
            if (algorithm != FAST) shift = std::max<double>(shift, in[at[0]]);
          }
          double sum = 0;
          for (const auto& at : offsets) sum += T(std::exp(double(in[at[0]]) - shift));
          for (const auto& at : offsets) {
            double v = in[at[0]] - shift;
            blend(out[at[1]], a, algorithm == LOG ? v - std::log(sum) : T(std::exp(v)) / sum, b);
          }
        });
      });
    });
  });
}

STAND_IN_API int cudnnSoftmaxBackward(Context* handle, int algorithm, int mode, const void* alpha,
                                      void* yDesc, const void* y, void* dyDesc, const void* dy,
                                      const void* beta, void* dxDesc, void* dx) {
  return answer("cudnnSoftmaxBackward", handle, [&](Call& call, Context& context) {
    checkModes(call, algorithm, mode);
    Tensor ty = cudnn::tensor(call, "yDesc", yDesc), tdy = cudnn::tensor(call, "dyDesc", dyDesc);
    Tensor tdx = cudnn::tensor(call, "dxDesc", dxDesc);
    cudnn::requireSame(call, "yDesc", ty, "dyDesc", tdy);
    cudnn::requireSame(call, "yDesc", ty, "dxDesc", tdx);
    double a = cudnn::scalar(call, "alpha", alpha, ty.type),
           b = cudnn::scalar(call, "beta", beta, ty.type);
    call.allowInPlace();
    cudnn::withType(call, ty.type, [&](auto zero) {
      using T = decltype(zero);
      const T* result = call.in<T>("y", y, ty.extent());
      const T* gradient = call.in<T>("dy", dy, tdy.extent());
      T* out = call.out<T>("dx", dx, tdx.extent());
      call.submit(context.stream, [=]() {
        forEachGroup<3>({ty, tdy, tdx}, mode, [&](const auto& offsets) {
          double sum = 0;
          for (const auto& at : offsets)
            sum += (algorithm == LOG ? 1 : double(result[at[0]])) * gradient[at[1]];
          for (const auto& at : offsets) {
            double p = result[at[0]], g = gradient[at[1]];
            blend(out[at[2]], a, algorithm == LOG ? g - std::exp(p) * sum : p * (g - sum), b);
          }
        });
      });
    });
  });
}
