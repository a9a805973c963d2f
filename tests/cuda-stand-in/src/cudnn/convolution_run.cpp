// libcudnn.so.9: convolutions and their gradients.
#include <cstring>

#include "activation.h"
#include "convolution.h"

using cudnn::Activation;
using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Direction;
using cudnn::Problem;
using cudnn::Tensor;

namespace {

/** The workspace of a call; the work spoils it, as a real algorithm would. */
struct Workspace {
  void* data;
  size_t bytes;

  Workspace(Call& call, const Problem& problem, Direction direction, int algorithm, void* given,
            size_t givenBytes)
      : data(given), bytes(0) {
    int64_t wanted = problem.workspaceBytes(direction, algorithm);
    call.supports(wanted >= 0, "algorithm %d does not solve this convolution", algorithm);
    bytes = static_cast<size_t>(wanted);
    call.require(givenBytes >= bytes, "algorithm %d wants a workspace of %zu bytes, found %zu",
                 algorithm, bytes, givenBytes);
    call.out<char>("workSpace", given, bytes);
  }

  void spoil() const {
    if (bytes > 0) std::memset(data, 0xff, bytes);
  }
};

/** The numbers as the multiplication sees them: rounded to TF32 or as they are. */
template <class T>
class Factor {
 public:
  Factor(const T* data, size_t count, bool tf32) : data_(data) {
    if (!tf32) return;
    rounded_.resize(count);
    std::transform(data, data + count, rounded_.begin(),
                   [](T x) { return static_cast<T>(stand_in::toTf32(static_cast<float>(x))); });
    data_ = rounded_.data();
  }
  const T* get() const { return data_; }

 private:
  std::vector<T> rounded_;
  const T* data_;
};

/** 1, or what makes an algorithm that is not deterministic visible. */
double steadiness(Direction direction, int algorithm) {
  for (const cudnn::Algorithm& a : cudnn::algorithms(direction)) {
    if (a.number == algorithm && a.deterministic) return 1;
  }
  return cudnn::unsteadyFactor();
}

}  // namespace

STAND_IN_API int cudnnConvolutionForward(Context* handle, const void* alpha, void* xDesc,
                                         const void* x, void* wDesc, const void* w, void* convDesc,
                                         int algorithm, void* workspace, size_t workspaceBytes,
                                         const void* beta, void* yDesc, void* y) {
  return answer("cudnnConvolutionForward", handle, [&](Call& call, Context& context) {
    Problem p(call, xDesc, wDesc, convDesc, yDesc);
    Workspace space(call, p, Direction::FORWARD, algorithm, workspace, workspaceBytes);
    bool tf32 = cudnn::usesTf32(call, p.conv.mathType, p.xTensor.type);
    double a = cudnn::scalar(call, "alpha", alpha, p.xTensor.type),
           b = cudnn::scalar(call, "beta", beta, p.xTensor.type);
    cudnn::withType(call, p.xTensor.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, p.xTensor.extent());
      const T* weights = call.in<T>("w", w, p.wFilter.count());
      T* out = call.out<T>("y", y, p.yTensor.extent());
      call.submit(context.stream, [=]() {
        space.spoil();
        Factor<T> fx(in, p.xTensor.extent(), tf32), fw(weights, p.wFilter.count(), tf32);
        std::vector<double> sums = cudnn::forwardSums(p, fx.get(), fw.get());
        cudnn::forEach<1>(p.yTensor, {p.yTensor},
                          [&](const auto& at) { blend(out[at[0]], a, sums[at[0]], b); });
      });
    });
  });
}

STAND_IN_API int cudnnConvolutionBiasActivationForward(
    Context* handle, const void* alpha1, void* xDesc, const void* x, void* wDesc, const void* w,
    void* convDesc, int algorithm, void* workspace, size_t workspaceBytes, const void* alpha2,
    void* zDesc, const void* z, void* biasDesc, const void* bias, void* activationDesc, void* yDesc,
    void* y) {
  return answer("cudnnConvolutionBiasActivationForward", handle, [&](Call& call, Context& context) {
    Problem p(call, xDesc, wDesc, convDesc, yDesc);
    Workspace space(call, p, Direction::FORWARD, algorithm, workspace, workspaceBytes);
    bool tf32 = cudnn::usesTf32(call, p.conv.mathType, p.xTensor.type);
    Activation act = cudnn::activation(call, activationDesc);
    call.supports(act.mode == cudnn::RELU || act.mode == cudnn::IDENTITY, "activation mode %d",
                  act.mode);
    act.propagatesNan = act.propagatesNan && !standInHidesNan();
    call.supports(
        act.mode == cudnn::RELU || algorithm == 1,
        "CUDNN_ACTIVATION_IDENTITY needs CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM");
    Tensor zTensor = cudnn::tensor(call, "zDesc", zDesc),
           biasTensor = cudnn::tensor(call, "biasDesc", biasDesc);
    cudnn::requireSame(call, "yDesc", p.yTensor, "zDesc", zTensor);
    int biasDims[cudnn::MAX_DIMS] = {1, p.y.c, 1, 1, 1};
    cudnn::requireDims(call, "biasDesc", biasTensor, p.yTensor.rank, biasDims);
    call.require(biasTensor.type == p.yTensor.type, "biasDesc must have the data type of y");
    double a1 = cudnn::scalar(call, "alpha1", alpha1, p.xTensor.type);
    double a2 = cudnn::scalar(call, "alpha2", alpha2, p.xTensor.type);
    call.allowInPlace();  // z may be y
    call.require(x != y && w != y, "y must not be x or w");
    cudnn::withType(call, p.xTensor.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, p.xTensor.extent());
      const T* weights = call.in<T>("w", w, p.wFilter.count());
      const T* added = call.in<T>("z", z, zTensor.extent());
      const T* biases = call.in<T>("bias", bias, biasTensor.extent());
      T* out = call.out<T>("y", y, p.yTensor.extent());
      call.submit(context.stream, [=]() {
        space.spoil();
        Factor<T> fx(in, p.xTensor.extent(), tf32), fw(weights, p.wFilter.count(), tf32);
        std::vector<double> sums = cudnn::forwardSums(p, fx.get(), fw.get());
        cudnn::forEach<3>(p.yTensor, {p.yTensor, zTensor, biasTensor}, [&](const auto& at) {
          double addend = a2 == 0 ? 0 : a2 * added[at[1]];
          out[at[0]] = static_cast<T>(act.apply(a1 * sums[at[0]] + addend + biases[at[2]]));
        });
      });
    });
  });
}

STAND_IN_API int cudnnConvolutionBackwardData(Context* handle, const void* alpha, void* wDesc,
                                              const void* w, void* dyDesc, const void* dy,
                                              void* convDesc, int algorithm, void* workspace,
                                              size_t workspaceBytes, const void* beta, void* dxDesc,
                                              void* dx) {
  return answer("cudnnConvolutionBackwardData", handle, [&](Call& call, Context& context) {
    Problem p(call, dxDesc, wDesc, convDesc, dyDesc);
    Workspace space(call, p, Direction::BACKWARD_DATA, algorithm, workspace, workspaceBytes);
    bool tf32 = cudnn::usesTf32(call, p.conv.mathType, p.xTensor.type);
    double a = cudnn::scalar(call, "alpha", alpha, p.xTensor.type),
           b = cudnn::scalar(call, "beta", beta, p.xTensor.type);
    cudnn::withType(call, p.xTensor.type, [&](auto zero) {
      using T = decltype(zero);
      const T* weights = call.in<T>("w", w, p.wFilter.count());
      const T* gradient = call.in<T>("dy", dy, p.yTensor.extent());
      T* out = call.out<T>("dx", dx, p.xTensor.extent());
      call.submit(context.stream, [=]() {
        space.spoil();
        Factor<T> fw(weights, p.wFilter.count(), tf32), fdy(gradient, p.yTensor.extent(), tf32);
        std::vector<double> sums = cudnn::dataSums(p, fw.get(), fdy.get());
        double factor = a * steadiness(Direction::BACKWARD_DATA, algorithm);
        cudnn::forEach<1>(p.xTensor, {p.xTensor},
                          [&](const auto& at) { blend(out[at[0]], factor, sums[at[0]], b); });
      });
    });
  });
}

STAND_IN_API int cudnnConvolutionBackwardFilter(Context* handle, const void* alpha, void* xDesc,
                                                const void* x, void* dyDesc, const void* dy,
                                                void* convDesc, int algorithm, void* workspace,
                                                size_t workspaceBytes, const void* beta,
                                                void* dwDesc, void* dw) {
  return answer("cudnnConvolutionBackwardFilter", handle, [&](Call& call, Context& context) {
    Problem p(call, xDesc, dwDesc, convDesc, dyDesc);
    Workspace space(call, p, Direction::BACKWARD_FILTER, algorithm, workspace, workspaceBytes);
    bool tf32 = cudnn::usesTf32(call, p.conv.mathType, p.xTensor.type);
    double a = cudnn::scalar(call, "alpha", alpha, p.xTensor.type),
           b = cudnn::scalar(call, "beta", beta, p.xTensor.type);
    cudnn::withType(call, p.xTensor.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, p.xTensor.extent());
      const T* gradient = call.in<T>("dy", dy, p.yTensor.extent());
      T* out = call.out<T>("dw", dw, p.wFilter.count());
      call.submit(context.stream, [=]() {
        space.spoil();
        Factor<T> fx(in, p.xTensor.extent(), tf32), fdy(gradient, p.yTensor.extent(), tf32);
        std::vector<double> sums = cudnn::filterSums(p, fx.get(), fdy.get());
        double factor = a * steadiness(Direction::BACKWARD_FILTER, algorithm);
        for (size_t i = 0; i < sums.size(); i++) blend(out[i], factor, sums[i], b);
      });
    });
  });
}

STAND_IN_API int cudnnConvolutionBackwardBias(Context* handle, const void* alpha, void* dyDesc,
                                              const void* dy, const void* beta, void* dbDesc,
                                              void* db) {
  return answer("cudnnConvolutionBackwardBias", handle, [&](Call& call, Context& context) {
    Tensor tdy = cudnn::tensor(call, "dyDesc", dyDesc), tdb = cudnn::tensor(call, "dbDesc", dbDesc);
    call.require(tdy.type == tdb.type, "dyDesc and dbDesc must have one data type, found %d and %d",
                 tdy.type, tdb.type);
    int dims[cudnn::MAX_DIMS] = {1, tdy.dim[1], 1, 1, 1, 1, 1, 1};
    cudnn::requireDims(call, "dbDesc", tdb, tdy.rank, dims);
    double a = cudnn::scalar(call, "alpha", alpha, tdy.type),
           b = cudnn::scalar(call, "beta", beta, tdy.type);
    cudnn::withType(call, tdy.type, [&](auto zero) {
      using T = decltype(zero);
      const T* gradient = call.in<T>("dy", dy, tdy.extent());
      T* out = call.out<T>("db", db, tdb.extent());
      call.submit(context.stream, [=]() {
        std::vector<double> sums(tdb.extent());
        cudnn::forEach<2>(tdy, {tdy, tdb}, [&](const auto& at) { sums[at[1]] += gradient[at[0]]; });
        cudnn::forEach<1>(tdb, {tdb},
                          [&](const auto& at) { blend(out[at[0]], a, sums[at[0]], b); });
      });
    });
  });
}
