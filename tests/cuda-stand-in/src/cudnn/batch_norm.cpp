// libcudnn.so.9: batch normalization.
#include <cmath>
#include <vector>

#include "tensor.h"

using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Tensor;

namespace {

enum Mode { PER_ACTIVATION = 0, SPATIAL = 1, SPATIAL_PERSISTENT = 2 };
constexpr double MIN_EPSILON = 0;  // 1e-5 before cuDNN 7.5

/** The shape of scale, bias, mean and variance: 1 C H W, or 1 C 1 1. */
Tensor parameterShape(const Call& call, const Tensor& x, int mode) {
  call.require(mode >= PER_ACTIVATION && mode <= SPATIAL_PERSISTENT,
               "mode must be 0, 1 or 2, found %d", mode);
  call.supports(x.rank == 4 || x.rank == 5, "rank must be 4 or 5, found %d", x.rank);
  Tensor t = x;
  t.dim[0] = 1;
  for (int d = 2; d < t.rank && mode != PER_ACTIVATION; d++) t.dim[d] = 1;
  t.pack();
  return t;
}

Tensor parameters(const Call& call, const Tensor& x, int mode, const void* descriptor) {
  const Tensor& found = cudnn::tensor(call, "bnScaleBiasMeanVarDesc", descriptor);
  Tensor wanted = parameterShape(call, x, mode);
  cudnn::requireDims(call, "bnScaleBiasMeanVarDesc", found, wanted.rank, wanted.dim);
  call.require(found.type == x.type, "bnScaleBiasMeanVarDesc must have data type %d, found %d",
               x.type, found.type);
  return found;
}

void checkEpsilon(const Call& call, double epsilon) {
  call.require(epsilon >= MIN_EPSILON, "epsilon must be at least CUDNN_BN_MIN_EPSILON, found %g",
               epsilon);
}

/** Both or neither. */
void checkPair(const Call& call, const char* names, const void* a, const void* b) {
  call.require((a == nullptr) == (b == nullptr), "either both or none of %s must be null", names);
}

/** Mean and variance (divided by the count) of every parameter's group, at the parameters' offsets.
 */
struct Statistics {
  std::vector<double> mean, variance;
  double count;

  template <class T>
  Statistics(const Tensor& xTensor, const T* x, const Tensor& parameter)
      : mean(parameter.extent()),
        variance(parameter.extent()),
        count(double(xTensor.count()) / parameter.count()) {
    cudnn::forEach<2>(xTensor, {xTensor, parameter},
                      [&](const auto& at) { mean[at[1]] += x[at[0]] / count; });
    cudnn::forEach<2>(xTensor, {xTensor, parameter}, [&](const auto& at) {
      double d = x[at[0]] - mean[at[1]];
      variance[at[1]] += d * d / count;
    });
  }
};

}  // namespace

STAND_IN_API int cudnnDeriveBNTensorDescriptor(Tensor* derived, void* xDesc, int mode) {
  return answer("cudnnDeriveBNTensorDescriptor", [&](Call& call) {
    const Tensor& x = cudnn::tensor(call, "xDesc", xDesc);
    call.object<Tensor>("derivedBnDesc", derived) = parameterShape(call, x, mode);
  });
}

STAND_IN_API int cudnnBatchNormalizationForwardInference(
    Context* handle, int mode, const void* alpha, const void* beta, void* xDesc, const void* x,
    void* yDesc, void* y, void* parameterDesc, const void* scale, const void* bias,
    const void* mean, const void* variance, double epsilon) {
  return answer(
      "cudnnBatchNormalizationForwardInference", handle, [&](Call& call, Context& context) {
        Tensor tx = cudnn::tensor(call, "xDesc", xDesc), ty = cudnn::tensor(call, "yDesc", yDesc);
        cudnn::requireSame(call, "xDesc", tx, "yDesc", ty);
        Tensor p = parameters(call, tx, mode, parameterDesc);
        checkEpsilon(call, epsilon);
        double a = cudnn::scalar(call, "alpha", alpha, tx.type),
               b = cudnn::scalar(call, "beta", beta, tx.type);
        call.allowInPlace();
        cudnn::withType(call, tx.type, [&](auto zero) {
          using T = decltype(zero);
          const T* in = call.in<T>("x", x, tx.extent());
          const T* factor = call.in<T>("bnScale", scale, p.extent());
          const T* addend = call.in<T>("bnBias", bias, p.extent());
          const T* means = call.in<T>("estimatedMean", mean, p.extent());
          const T* variances = call.in<T>("estimatedVariance", variance, p.extent());
          T* out = call.out<T>("y", y, ty.extent());
          call.submit(context.stream, [=]() {
            cudnn::forEach<3>(tx, {tx, ty, p}, [&](const auto& at) {
              double normal =
                  (in[at[0]] - double(means[at[2]])) / std::sqrt(variances[at[2]] + epsilon);
              blend(out[at[1]], a, normal * factor[at[2]] + addend[at[2]], b);
            });
          });
        });
      });
}

STAND_IN_API int cudnnBatchNormalizationForwardTraining(
    Context* handle, int mode, const void* alpha, const void* beta, void* xDesc, const void* x,
    void* yDesc, void* y, void* parameterDesc, const void* scale, const void* bias,
    double averageFactor, void* runningMean, void* runningVariance, double epsilon, void* savedMean,
    void* savedInvVariance) {
  return answer(
      "cudnnBatchNormalizationForwardTraining", handle, [&](Call& call, Context& context) {
        Tensor tx = cudnn::tensor(call, "xDesc", xDesc), ty = cudnn::tensor(call, "yDesc", yDesc);
        cudnn::requireSame(call, "xDesc", tx, "yDesc", ty);
        Tensor p = parameters(call, tx, mode, parameterDesc);
        checkEpsilon(call, epsilon);
        checkPair(call, "resultRunningMean and resultRunningVariance", runningMean,
                  runningVariance);
        checkPair(call, "resultSaveMean and resultSaveInvVariance", savedMean, savedInvVariance);
        double a = cudnn::scalar(call, "alpha", alpha, tx.type),
               b = cudnn::scalar(call, "beta", beta, tx.type);
        call.allowInPlace();
        cudnn::withType(call, tx.type, [&](auto zero) {
          using T = decltype(zero);
          size_t running = runningMean ? p.extent() : 0, saved = savedMean ? p.extent() : 0;
          const T* in = call.in<T>("x", x, tx.extent());
          const T* factor = call.in<T>("bnScale", scale, p.extent());
          const T* addend = call.in<T>("bnBias", bias, p.extent());
          T* meanAverage = call.out<T>("resultRunningMean", runningMean, running);
          T* varianceAverage = call.out<T>("resultRunningVariance", runningVariance, running);
          T* meanSaved = call.out<T>("resultSaveMean", savedMean, saved);
          T* inverseSaved = call.out<T>("resultSaveInvVariance", savedInvVariance, saved);
          T* out = call.out<T>("y", y, ty.extent());
          call.submit(context.stream, [=]() {
            Statistics s(tx, in, p);
            cudnn::forEach<3>(tx, {tx, ty, p}, [&](const auto& at) {
              double normal = (in[at[0]] - s.mean[at[2]]) / std::sqrt(s.variance[at[2]] + epsilon);
              blend(out[at[1]], a, normal * factor[at[2]] + addend[at[2]], b);
            });
            // The running variance is the estimate for the population, divided by the count - 1.
            double unbiased = s.count > 1 ? s.count / (s.count - 1) : 1;
            cudnn::forEach<1>(p, {p}, [&](const auto& at) {
              int64_t i = at[0];
              if (running > 0) blend(meanAverage[i], averageFactor, s.mean[i], 1 - averageFactor);
              if (running > 0)
                blend(varianceAverage[i], averageFactor, s.variance[i] * unbiased,
                      1 - averageFactor);
              if (saved > 0) meanSaved[i] = static_cast<T>(s.mean[i]);
              if (saved > 0)
                inverseSaved[i] = static_cast<T>(1 / std::sqrt(s.variance[i] + epsilon));
            });
          });
        });
      });
}

STAND_IN_API int cudnnBatchNormalizationBackward(
    Context* handle, int mode, const void* alphaData, const void* betaData,
    const void* alphaParameter, const void* betaParameter, void* xDesc, const void* x, void* dyDesc,
    const void* dy, void* dxDesc, void* dx, void* parameterDesc, const void* scale, void* dScale,
    void* dBias, double epsilon, const void* savedMean, const void* savedInvVariance) {
  return answer("cudnnBatchNormalizationBackward", handle, [&](Call& call, Context& context) {
    Tensor tx = cudnn::tensor(call, "xDesc", xDesc), tdy = cudnn::tensor(call, "dyDesc", dyDesc);
    Tensor tdx = cudnn::tensor(call, "dxDesc", dxDesc);
    cudnn::requireSame(call, "xDesc", tx, "dyDesc", tdy);
    cudnn::requireSame(call, "xDesc", tx, "dxDesc", tdx);
    Tensor p = parameters(call, tx, mode, parameterDesc);
    checkEpsilon(call, epsilon);
    checkPair(call, "savedMean and savedInvVariance", savedMean, savedInvVariance);
    double ad = cudnn::scalar(call, "alphaDataDiff", alphaData, tx.type);
    double bd = cudnn::scalar(call, "betaDataDiff", betaData, tx.type);
    double ap = cudnn::scalar(call, "alphaParamDiff", alphaParameter, tx.type);
    double bp = cudnn::scalar(call, "betaParamDiff", betaParameter, tx.type);
    call.allowInPlace();
    cudnn::withType(call, tx.type, [&](auto zero) {
      using T = decltype(zero);
      size_t saved = savedMean ? p.extent() : 0;
      const T* in = call.in<T>("x", x, tx.extent());
      const T* gradient = call.in<T>("dy", dy, tdy.extent());
      const T* factor = call.in<T>("bnScale", scale, p.extent());
      const T* meanSaved = call.in<T>("savedMean", savedMean, saved);
      const T* inverseSaved = call.in<T>("savedInvVariance", savedInvVariance, saved);
      T* out = call.out<T>("dx", dx, tdx.extent());
      T* outScale = call.out<T>("dBnScaleResult", dScale, p.extent());
      T* outBias = call.out<T>("dBnBiasResult", dBias, p.extent());
      call.submit(context.stream, [=]() {
        Statistics s(tx, in, p);
        std::vector<double> inverse(p.extent()), sum(p.extent()), product(p.extent());
        cudnn::forEach<1>(p, {p}, [&](const auto& at) {
          int64_t i = at[0];
          if (saved > 0) s.mean[i] = meanSaved[i];
          inverse[i] = saved > 0 ? inverseSaved[i] : 1 / std::sqrt(s.variance[i] + epsilon);
        });
        auto normal = [&](int64_t i, int64_t q) { return (in[i] - s.mean[q]) * inverse[q]; };
        cudnn::forEach<3>(tx, {tx, tdy, p}, [&](const auto& at) {
          sum[at[2]] += gradient[at[1]];
          product[at[2]] += gradient[at[1]] * normal(at[0], at[2]);
        });
        cudnn::forEach<4>(tx, {tx, tdy, tdx, p}, [&](const auto& at) {
          int64_t q = at[3];
          double inner = gradient[at[1]] - (sum[q] + normal(at[0], q) * product[q]) / s.count;
          blend(out[at[2]], ad, factor[q] * inverse[q] * inner, bd);
        });
        cudnn::forEach<1>(p, {p}, [&](const auto& at) {
          blend(outScale[at[0]], ap, product[at[0]], bp);
          blend(outBias[at[0]], ap, sum[at[0]], bp);
        });
      });
    });
  });
}
