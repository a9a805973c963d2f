// Layer normalization and its gradients. A line is what is normalized together.
#include "common.cuh"
#include "teams.cuh"

struct LayerNorm {
  template <class L, typename T>
  static __device__ void run(const L& line, const T* scale, const T* bias, T* y, T* mean,
                             T* inv_std, double epsilon) {
    const T m = line.template join<Sum>([](unsigned, T v) { return v; }) / line.length;
    const T squares = line.template join<Sum>([=](unsigned, T v) { return (v - m) * (v - m); });
    const T factor = 1 / sqrt(squares / line.length + (T)epsilon);
    const auto scaled = [=](unsigned, T v, T s, T b) { return (v - m) * factor * s + b; };
    line.write(y, scaled, scale, bias);
    if (line.exists() && line.first == 0) {
      mean[line.number] = m;
      inv_std[line.number] = factor;
    }
  }
};

struct LayerNormGradInput {
  template <class L, typename T>
  static __device__ void run(const L& line, const T* grad_output, const T* scale, const T* mean,
                             const T* inv_std, T* grad_x) {
    const T m = line.exists() ? mean[line.number] : 0;
    const T factor = line.exists() ? inv_std[line.number] : 0;
    const T* grads = line.of(grad_output);
    const auto grad = [](unsigned, T, T g, T s) { return g * s; };
    const T shift = line.template join<Sum>(grad, grads, scale) / line.length;
    const auto product = [=](unsigned, T v, T g, T s) { return g * s * ((v - m) * factor); };
    const T slope = line.template join<Sum>(product, grads, scale) / line.length;
    const auto result = [=](unsigned, T v, T g, T s) {
      return factor * (g * s - shift - (v - m) * factor * slope);
    };
    line.write(grad_x, result, grads, scale);
  }
};

// The gradients of scale and bias: a block makes some neighbouring ones from a piece of the lines,
// and what a piece gives lies so many elements behind what the one before gave.
template <unsigned size, typename T>
__device__ void layer_norm_grad_parameters(const T* grad_output, const T* x, const T* mean,
                                           const T* inv_std, T* grad_scale, T* grad_bias,
                                           const Lines& lines, unsigned piece, unsigned stride) {
  const unsigned column = (blockIdx.x * blockDim.x + threadIdx.x) * size;
  const unsigned first = blockIdx.y * piece;
  const unsigned end = first + piece < lines.count ? first + piece : lines.count;
  Pack<T, size> scales = {};
  Pack<T, size> biases = {};
  if (column < lines.length) {
#pragma unroll 4
    for (unsigned row = first + threadIdx.y; row < end; row += blockDim.y) {
      const Pack<T, size> grads = load_pack<size>(grad_output + row * lines.length + column);
      const Pack<T, size> values = load_pack<size>(x + row * lines.length + column);
      const T m = mean[row];
      const T factor = inv_std[row];
#pragma unroll
      for (unsigned k = 0; k < size; ++k) {
        scales.at[k] += grads.at[k] * ((values.at[k] - m) * factor);
        biases.at[k] += grads.at[k];
      }
    }
  }
  join_rows<Sum>(scales);
  join_rows<Sum>(biases);
  if (column < lines.length && threadIdx.y == 0) {
    store_pack(grad_scale + blockIdx.y * stride + column, scales);
    store_pack(grad_bias + blockIdx.y * stride + column, biases);
  }
}

#define KERNELS(type, T)                                                                         \
  TEAM_KERNEL layer_norm_##type(const T* x, const T* scale, const T* bias, T* y, T* mean,        \
                                T* inv_std, const Lines lines, double epsilon) {                 \
    with_line<LayerNorm>(x, lines, scale, bias, y, mean, inv_std, epsilon);                      \
  }                                                                                              \
  TEAM_KERNEL layer_norm_grad_input_##type(                                                      \
      const T* grad_output, const T* x, const T* scale, const T* mean, const T* inv_std,         \
      T* grad_x, const Lines lines) {                                                            \
    with_line<LayerNormGradInput>(x, lines, grad_output, scale, mean, inv_std, grad_x);          \
  }                                                                                              \
  extern "C" __global__ void layer_norm_grad_parameters_##type(                                  \
      const T* grad_output, const T* x, const T* mean, const T* inv_std, T* grad_scale,          \
      T* grad_bias, const Lines lines, unsigned piece, unsigned stride) {                        \
    if (lines.pack == 1) {                                                                       \
      layer_norm_grad_parameters<1>(grad_output, x, mean, inv_std, grad_scale, grad_bias, lines, \
                                    piece, stride);                                              \
    } else {                                                                                     \
      layer_norm_grad_parameters<Pack<T>::SIZE>(grad_output, x, mean, inv_std, grad_scale,       \
                                                grad_bias, lines, piece, stride);                \
    }                                                                                            \
  }

KERNELS(f32, float)
KERNELS(f64, double)
