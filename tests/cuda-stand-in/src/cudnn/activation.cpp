// libcudnn.so.9: activations.
#include "activation.h"

#include <cmath>

#include "tensor.h"

using cudnn::Activation;
using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Tensor;

namespace cudnn {

double Activation::apply(double x) const {
  switch (mode) {
    case SIGMOID:
      return 1 / (1 + std::exp(-x));
    case RELU:
      return x > 0 || (propagatesNan && std::isnan(x)) ? x : 0;
    case TANH:
      return std::tanh(x);
    case CLIPPED_RELU:
      if (propagatesNan && std::isnan(x)) return x;
      return std::fmin(std::fmax(x, 0), coefficient);
    case ELU:
      return x > 0 ? x : coefficient * std::expm1(x);
    case SWISH:
      return x / (1 + std::exp(-swishBeta * x));
    default:
      return x;
  }
}

double Activation::slope(double x, double y) const {
  switch (mode) {
    case SIGMOID:
      return y * (1 - y);
    case RELU:
      return y > 0 ? 1 : 0;
    case TANH:
      return 1 - y * y;
    case CLIPPED_RELU:
      return x > 0 && x <= coefficient ? 1 : 0;
    case ELU:
      return x > 0 ? 1 : y + coefficient;
    case SWISH: {
      double gate = 1 / (1 + std::exp(-swishBeta * x));
      return gate + swishBeta * y * (1 - gate);
    }
    default:
      return 1;
  }
}

const Activation& activation(const Call& call, const void* descriptor) {
  const Activation& a = call.object<Activation>("activationDesc", descriptor);
  call.require(a.mode >= 0, "activationDesc was not set");
  return a;
}

}  // namespace cudnn

STAND_IN_API int cudnnCreateActivationDescriptor(Activation** descriptor) {
  return cudnn::create("cudnnCreateActivationDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyActivationDescriptor(Activation* descriptor) {
  return cudnn::destroy("cudnnDestroyActivationDescriptor", descriptor);
}

STAND_IN_API int cudnnSetActivationDescriptor(Activation* descriptor, int mode, int nanPropagation,
                                              double coefficient) {
  return answer("cudnnSetActivationDescriptor", [&](Call& call) {
    Activation& a = call.object<Activation>("activationDesc", descriptor);
    call.require(mode >= cudnn::SIGMOID && mode <= cudnn::SWISH, "mode must be 0 to 6, found %d",
                 mode);
    call.require(nanPropagation == 0 || nanPropagation == 1, "reluNanOpt must be 0 or 1, found %d",
                 nanPropagation);
    a.mode = mode;
    a.propagatesNan = nanPropagation == 1;
    a.coefficient = coefficient;
  });
}

STAND_IN_API int cudnnSetActivationDescriptorSwishBeta(Activation* descriptor, double beta) {
  return answer("cudnnSetActivationDescriptorSwishBeta", [&](Call& call) {
    call.object<Activation>("activationDesc", descriptor).swishBeta = beta;
  });
}

STAND_IN_API int cudnnActivationForward(Context* handle, Activation* descriptor, const void* alpha,
                                        Tensor* xDesc, const void* x, const void* beta,
                                        Tensor* yDesc, void* y) {
  return answer("cudnnActivationForward", handle, [&](Call& call, Context& context) {
    Activation act = cudnn::activation(call, descriptor);
    call.require(act.mode != cudnn::IDENTITY,
                 "CUDNN_ACTIVATION_IDENTITY works only in a fused convolution");
    Tensor from = cudnn::tensor(call, "xDesc", xDesc), to = cudnn::tensor(call, "yDesc", yDesc);
    cudnn::requireSame(call, "xDesc", from, "yDesc", to);
    double a = cudnn::scalar(call, "alpha", alpha, from.type),
           b = cudnn::scalar(call, "beta", beta, from.type);
    call.allowInPlace();
    cudnn::withType(call, from.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, from.extent());
      T* out = call.out<T>("y", y, to.extent());
      call.submit(context.stream, [=]() {
        cudnn::forEach<2>(from, {from, to},
                          [&](const auto& at) { blend(out[at[1]], a, act.apply(in[at[0]]), b); });
      });
    });
  });
}

STAND_IN_API int cudnnActivationBackward(Context* handle, Activation* descriptor, const void* alpha,
                                         Tensor* yDesc, const void* y, Tensor* dyDesc,
                                         const void* dy, Tensor* xDesc, const void* x,
                                         const void* beta, Tensor* dxDesc, void* dx) {
  return answer("cudnnActivationBackward", handle, [&](Call& call, Context& context) {
    Activation act = cudnn::activation(call, descriptor);
    call.require(act.mode != cudnn::IDENTITY,
                 "CUDNN_ACTIVATION_IDENTITY works only in a fused convolution");
    Tensor ty = cudnn::tensor(call, "yDesc", yDesc), tdy = cudnn::tensor(call, "dyDesc", dyDesc);
    Tensor tx = cudnn::tensor(call, "xDesc", xDesc), tdx = cudnn::tensor(call, "dxDesc", dxDesc);
    cudnn::requireSame(call, "yDesc", ty, "dyDesc", tdy);
    cudnn::requireSame(call, "yDesc", ty, "xDesc", tx);
    cudnn::requireSame(call, "yDesc", ty, "dxDesc", tdx);
    double a = cudnn::scalar(call, "alpha", alpha, tx.type),
           b = cudnn::scalar(call, "beta", beta, tx.type);
    call.allowInPlace();
    cudnn::withType(call, tx.type, [&](auto zero) {
      using T = decltype(zero);
      const T* inY = call.in<T>("y", y, ty.extent());
      const T* inDy = call.in<T>("dy", dy, tdy.extent());
      const T* inX = call.in<T>("x", x, tx.extent());
      T* out = call.out<T>("dx", dx, tdx.extent());
      call.submit(context.stream, [=]() {
        cudnn::forEach<4>(ty, {ty, tdy, tx, tdx}, [&](const auto& at) {
          blend(out[at[3]], a, inDy[at[1]] * act.slope(inX[at[2]], inY[at[0]]), b);
        });
      });
    });
  });
}
