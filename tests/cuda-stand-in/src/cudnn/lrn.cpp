// libcudnn.so.9: local response normalization across channels, y = x (k + alpha / n * sum
// x^2)^-beta.
#include <algorithm>
#include <cmath>
#include <vector>

#include "tensor.h"

using cudnn::answer;
using cudnn::blend;
using cudnn::Call;
using cudnn::Context;
using cudnn::Tensor;

namespace {

constexpr unsigned MAX_N = 16;
constexpr double MIN_K = 1e-5, MIN_BETA = 0.01;

struct Lrn {
  unsigned n = 5;  // what a new descriptor says
  double alpha = 1e-4, beta = 0.75, k = 2;

  /** The channels whose squares change channel c. */
  int first(int c) const { return std::max(0, c - int(n - 1) / 2); }
  int end(int c, int channels) const { return std::min(channels, c - int(n - 1) / 2 + int(n)); }

  template <class T>
  double scale(const T* x, int64_t step, int c, int channels) const {
    double sum = 0;
    for (int j = first(c); j < end(c, channels); j++) sum += double(x[j * step]) * x[j * step];
    return k + alpha / n * sum;
  }
};

void checkShape(const Call& call, int mode, const Tensor& t) {
  call.require(mode == 0, "lrnMode must be 0, found %d", mode);
  call.supports(t.rank == 4 || t.rank == 5, "rank must be 4 or 5, found %d", t.rank);
}

/** Calls body with the offsets of channel 0 of every sample and place. */
template <size_t N, class Body>
void forEachPlace(const std::array<Tensor, N>& tensors, Body body) {
  std::array<Tensor, N> places = tensors;
  for (Tensor& t : places) t.dim[1] = 1;
  cudnn::forEach<N>(places[0], places, body);
}

}  // namespace

STAND_IN_API int cudnnCreateLRNDescriptor(Lrn** descriptor) {
  return cudnn::create("cudnnCreateLRNDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyLRNDescriptor(Lrn* descriptor) {
  return cudnn::destroy("cudnnDestroyLRNDescriptor", descriptor);
}

STAND_IN_API int cudnnSetLRNDescriptor(Lrn* descriptor, unsigned n, double alpha, double beta,
                                       double k) {
  return answer("cudnnSetLRNDescriptor", [&](Call& call) {
    Lrn& lrn = call.object<Lrn>("normDesc", descriptor);
    call.require(n >= 1 && n <= MAX_N, "lrnN must be 1 to 16, found %u", n);
    call.require(k >= MIN_K, "lrnK must be at least 1e-5, found %g", k);
    call.require(beta >= MIN_BETA, "lrnBeta must be at least 0.01, found %g", beta);
    lrn = {n, alpha, beta, k};
  });
}

STAND_IN_API int cudnnGetLRNDescriptor(Lrn* descriptor, unsigned* n, double* alpha, double* beta,
                                       double* k) {
  return answer("cudnnGetLRNDescriptor", [&](Call& call) {
    const Lrn& lrn = call.object<Lrn>("normDesc", descriptor);
    *call.host("lrnN", n) = lrn.n;
    *call.host("lrnAlpha", alpha) = lrn.alpha;
    *call.host("lrnBeta", beta) = lrn.beta;
    *call.host("lrnK", k) = lrn.k;
  });
}

STAND_IN_API int cudnnLRNCrossChannelForward(Context* handle, Lrn* descriptor, int mode,
                                             const void* alpha, void* xDesc, const void* x,
                                             const void* beta, void* yDesc, void* y) {
  return answer("cudnnLRNCrossChannelForward", handle, [&](Call& call, Context& context) {
    Lrn lrn = call.object<Lrn>("normDesc", descriptor);
    Tensor tx = cudnn::tensor(call, "xDesc", xDesc), ty = cudnn::tensor(call, "yDesc", yDesc);
    checkShape(call, mode, tx);
    cudnn::requireSame(call, "xDesc", tx, "yDesc", ty);
    double a = cudnn::scalar(call, "alpha", alpha, tx.type),
           b = cudnn::scalar(call, "beta", beta, tx.type);
    cudnn::withType(call, tx.type, [&](auto zero) {
      using T = decltype(zero);
      const T* in = call.in<T>("x", x, tx.extent());
      T* out = call.out<T>("y", y, ty.extent());
      call.submit(context.stream, [=]() {
        forEachPlace<2>({tx, ty}, [&](const auto& at) {
          for (int c = 0; c < tx.dim[1]; c++) {
            double scale = lrn.scale(in + at[0], tx.stride[1], c, tx.dim[1]);
            blend(out[at[1] + int64_t(c) * ty.stride[1]], a,
                  in[at[0] + int64_t(c) * tx.stride[1]] * std::pow(scale, -lrn.beta), b);
          }
        });
      });
    });
  });
}

STAND_IN_API int cudnnLRNCrossChannelBackward(Context* handle, Lrn* descriptor, int mode,
                                              const void* alpha, void* yDesc, const void* y,
                                              void* dyDesc, const void* dy, void* xDesc,
                                              const void* x, const void* beta, void* dxDesc,
                                              void* dx) {
  return answer("cudnnLRNCrossChannelBackward", handle, [&](Call& call, Context& context) {
    Lrn lrn = call.object<Lrn>("normDesc", descriptor);
    Tensor ty = cudnn::tensor(call, "yDesc", yDesc), tdy = cudnn::tensor(call, "dyDesc", dyDesc);
    Tensor tx = cudnn::tensor(call, "xDesc", xDesc), tdx = cudnn::tensor(call, "dxDesc", dxDesc);
    checkShape(call, mode, tx);
    cudnn::requireSame(call, "xDesc", tx, "yDesc", ty);
    cudnn::requireSame(call, "xDesc", tx, "dyDesc", tdy);
    cudnn::requireSame(call, "xDesc", tx, "dxDesc", tdx);
    double a = cudnn::scalar(call, "alpha", alpha, tx.type),
           b = cudnn::scalar(call, "beta", beta, tx.type);
    cudnn::withType(call, tx.type, [&](auto zero) {
      using T = decltype(zero);
      call.in<T>("y", y, ty.extent());
      const T* gradient = call.in<T>("dy", dy, tdy.extent());
      const T* in = call.in<T>("x", x, tx.extent());
      T* out = call.out<T>("dx", dx, tdx.extent());
      call.submit(context.stream, [=]() {
        int channels = tx.dim[1];
        std::vector<double> sums(static_cast<size_t>(channels));
        forEachPlace<3>({tx, tdy, tdx}, [&](const auto& at) {
          const T* from = in + at[0];
          std::fill(sums.begin(), sums.end(), 0.0);
          for (int c = 0; c < channels; c++) {
            // y_c depends on x_c itself and, by the scale, on its neighbours
            double scale = lrn.scale(from, tx.stride[1], c, channels);
            double g = gradient[at[1] + int64_t(c) * tdy.stride[1]],
                   power = std::pow(scale, -lrn.beta);
            sums[c] += g * power;
            double common = -2 * lrn.alpha * lrn.beta / lrn.n * g *
                            from[int64_t(c) * tx.stride[1]] * power / scale;
            for (int j = lrn.first(c); j < lrn.end(c, channels); j++)
              sums[j] += common * from[int64_t(j) * tx.stride[1]];
          }
          for (int c = 0; c < channels; c++)
            blend(out[at[2] + int64_t(c) * tdx.stride[1]], a, sums[c], b);
        });
      });
    });
  });
}
