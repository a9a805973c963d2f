// libcudnn.so.9: cudnnAddTensor, cudnnTransformTensor, cudnnSetTensor, cudnnScaleTensor.
#include "tensor.h"

using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Tensor;

namespace {

/** Y = alpha X + beta Y, where sizes of 1 in X are repeated. */
void addInto(Call& call, const Context& context, const void* alpha, const Tensor& x,
             const void* xData, const void* beta, const Tensor& y, void* yData) {
  double a = cudnn::scalar(call, "alpha", alpha, x.type),
         b = cudnn::scalar(call, "beta", beta, x.type);
  cudnn::withType(call, x.type, [&](auto zero) {
    using T = decltype(zero);
    const T* from = call.in<T>("input", xData, x.extent());
    T* to = call.out<T>("output", yData, y.extent());
    call.submit(context.stream, [=]() {
      cudnn::forEach<2>(y, {x, y}, [&](const auto& at) { blend(to[at[1]], a, from[at[0]], b); });
    });
  });
}

}  // namespace

STAND_IN_API int cudnnAddTensor(Context* handle, const void* alpha, Tensor* aDesc, const void* a,
                                const void* beta, Tensor* cDesc, void* c) {
  return answer("cudnnAddTensor", handle, [&](Call& call, Context& context) {
    const Tensor& x = cudnn::tensor(call, "aDesc", aDesc);
    const Tensor& y = cudnn::tensor(call, "cDesc", cDesc);
    call.require(x.type == y.type, "aDesc and cDesc must have one data type, found %d and %d",
                 x.type, y.type);
    call.require(x.rank == y.rank, "aDesc and cDesc must have one rank, found %d and %d", x.rank,
                 y.rank);
    call.supports(x.rank <= 5, "rank must be at most 5, found %d", x.rank);
    for (int d = 0; d < x.rank; d++) {
      call.require(x.dim[d] == 1 || x.dim[d] == y.dim[d],
                   "size %d of dimension %d in aDesc must be 1 or %d", x.dim[d], d, y.dim[d]);
    }
    addInto(call, context, alpha, x, a, beta, y, c);
  });
}

STAND_IN_API int cudnnTransformTensor(Context* handle, const void* alpha, Tensor* xDesc,
                                      const void* x, const void* beta, Tensor* yDesc, void* y) {
  return answer("cudnnTransformTensor", handle, [&](Call& call, Context& context) {
    const Tensor& from = cudnn::tensor(call, "xDesc", xDesc);
    const Tensor& to = cudnn::tensor(call, "yDesc", yDesc);
    cudnn::requireSame(call, "xDesc", from, "yDesc", to);
    addInto(call, context, alpha, from, x, beta, to, y);
  });
}

STAND_IN_API int cudnnSetTensor(Context* handle, Tensor* yDesc, void* y, const void* value) {
  return answer("cudnnSetTensor", handle, [&](Call& call, Context& context) {
    const Tensor& t = cudnn::tensor(call, "yDesc", yDesc);
    double v = cudnn::scalar(call, "valuePtr", value, t.type);
    cudnn::withType(call, t.type, [&](auto zero) {
      using T = decltype(zero);
      T* data = call.out<T>("y", y, t.extent());
      Tensor shape = t;
      call.submit(context.stream, [=]() {
        cudnn::forEach<1>(shape, {shape}, [&](const auto& at) { data[at[0]] = static_cast<T>(v); });
      });
    });
  });
}

STAND_IN_API int cudnnScaleTensor(Context* handle, Tensor* yDesc, void* y, const void* alpha) {
  return answer("cudnnScaleTensor", handle, [&](Call& call, Context& context) {
    const Tensor& t = cudnn::tensor(call, "yDesc", yDesc);
    double a = cudnn::scalar(call, "alpha", alpha, t.type);
    cudnn::withType(call, t.type, [&](auto zero) {
      using T = decltype(zero);
      T* data = call.out<T>("y", y, t.extent());
      Tensor shape = t;
      call.submit(context.stream, [=]() {
        cudnn::forEach<1>(shape, {shape},
                          [&](const auto& at) { data[at[0]] = static_cast<T>(a * data[at[0]]); });
      });
    });
  });
}
