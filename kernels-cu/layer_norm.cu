// Layer normalization and its gradients. A line is what is normalized together.
#include "common.cuh"
#include "teams.cuh"

template <typename T, bool kept>
__device__ void layer_norm(const T* x, const T* scale, const T* bias, T* y, T* mean, T* inv_std,
                           const Lines& lines, double epsilon) {
  const Line<T, kept> line(x, lines);
  const T m = line.template join<Sum>([](unsigned, T v) { return v; }) / lines.length;
  const T squares = line.template join<Sum>([=](unsigned, T v) { return (v - m) * (v - m); });
  const T factor = 1 / sqrt(squares / lines.length + (T)epsilon);
  line.each([&](unsigned i, T v) { y[line.place(i)] = (v - m) * factor * scale[i] + bias[i]; });
  if (line.number < lines.count && line.first == 0) {
    mean[line.number] = m;
    inv_std[line.number] = factor;
  }
}

template <typename T, bool kept>
__device__ void layer_norm_grad_input(const T* grad_output, const T* x, const T* scale,
                                      const T* mean, const T* inv_std, T* grad_x,
                                      const Lines& lines) {
  const Line<T, kept> line(x, lines);
  const bool inside = line.number < lines.count;
  const T m = inside ? mean[line.number] : 0;
  const T factor = inside ? inv_std[line.number] : 0;
  const auto grad = [&](unsigned i) { return grad_output[line.place(i)] * scale[i]; };
  const T shift = line.template join<Sum>([&](unsigned i, T) { return grad(i); }) / lines.length;
  const T slope =
      line.template join<Sum>([&](unsigned i, T v) { return grad(i) * ((v - m) * factor); }) /
      lines.length;
  line.each([&](unsigned i, T v) {
    grad_x[line.place(i)] = factor * (grad(i) - shift - (v - m) * factor * slope);
  });
}

// The gradients of scale and bias: a block makes some neighbouring ones from a piece of the lines,
// and what a piece gives lies so many elements behind what the one before gave.
template <typename T>
__device__ void layer_norm_grad_parameters(const T* grad_output, const T* x, const T* mean,
                                           const T* inv_std, T* grad_scale, T* grad_bias,
                                           const Lines& lines, unsigned piece, unsigned stride) {
  __shared__ T scales[256];
  __shared__ T biases[256];
  const unsigned column = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned first = blockIdx.y * piece;
  const unsigned end = first + piece < lines.count ? first + piece : lines.count;
  T scale = 0;
  T bias = 0;
  if (column < lines.length) {
#pragma unroll 4
    for (unsigned row = first + threadIdx.y; row < end; row += blockDim.y) {
      const unsigned i = row * lines.length + column;
      const T grad = grad_output[i];
      scale += grad * ((x[i] - mean[row]) * inv_std[row]);
      bias += grad;
    }
  }
  const unsigned at = threadIdx.y * blockDim.x + threadIdx.x;
  scales[at] = scale;
  biases[at] = bias;
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) {
      scales[at] += scales[at + half * blockDim.x];
      biases[at] += biases[at + half * blockDim.x];
    }
  }
  if (column < lines.length && threadIdx.y == 0) {
    grad_scale[blockIdx.y * stride + column] = scales[at];
    grad_bias[blockIdx.y * stride + column] = biases[at];
  }
}

#define KERNELS(type, T)                                                                         \
  TEAM_KERNEL layer_norm_##type(const T* x, const T* scale, const T* bias, T* y, T* mean,        \
                                T* inv_std, const Lines lines, double epsilon) {                 \
    fits(lines) ? layer_norm<T, true>(x, scale, bias, y, mean, inv_std, lines, epsilon)          \
                : layer_norm<T, false>(x, scale, bias, y, mean, inv_std, lines, epsilon);        \
  }                                                                                              \
  TEAM_KERNEL layer_norm_grad_input_##type(                                                      \
      const T* grad_output, const T* x, const T* scale, const T* mean, const T* inv_std,         \
      T* grad_x, const Lines lines) {                                                            \
    fits(lines)                                                                                  \
        ? layer_norm_grad_input<T, true>(grad_output, x, scale, mean, inv_std, grad_x, lines)    \
        : layer_norm_grad_input<T, false>(grad_output, x, scale, mean, inv_std, grad_x, lines);  \
  }                                                                                              \
  extern "C" __global__ void layer_norm_grad_parameters_##type(                                  \
      const T* grad_output, const T* x, const T* mean, const T* inv_std, T* grad_scale,          \
      T* grad_bias, const Lines lines, unsigned piece, unsigned stride) {                        \
    layer_norm_grad_parameters(grad_output, x, mean, inv_std, grad_scale, grad_bias, lines,      \
                               piece, stride);                                                   \
  }

KERNELS(f32, float)
KERNELS(f64, double)
