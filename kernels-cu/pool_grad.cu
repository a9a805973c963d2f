#include "common.cuh"

// Gradients of pooling by its input. Each element of x looks at the windows that hold it, so that
// each sum is made by one thread, in a fixed order.

struct Axis {
  int size, windows, kernel, stride, padding;
};

// The first window that holds a place, and the last one.
__device__ inline int first_window(Axis a, int place) {
  int behind = place + a.padding - a.kernel + 1;
  return behind <= 0 ? 0 : (behind + a.stride - 1) / a.stride;
}
__device__ inline int last_window(Axis a, int place) {
  int last = (place + a.padding) / a.stride;
  return last < a.windows ? last : a.windows - 1;
}
__device__ inline int begin_of(Axis a, int window) {
  int begin = window * a.stride - a.padding;
  return begin < 0 ? 0 : begin;
}
__device__ inline int end_of(Axis a, int window) {
  int end = window * a.stride - a.padding + a.kernel;
  return end < a.size ? end : a.size;
}

// Whether a window of a plane has this value before a row and column that it holds.
__device__ inline bool comes_earlier(const float* plane, float value, Axis h, Axis w, int window_h,
                                     int window_w, int row, int column) {
  int begin = begin_of(w, window_w), end = end_of(w, window_w);
  for (int i = begin_of(h, window_h); i <= row; i++)
    for (int j = begin; j < (i < row ? end : column); j++)
      if (plane[i * w.size + j] == value) return true;
  return false;
}

// An element gets the gradient of the windows whose largest element it is, and in which no equal one
// comes before it in row-major order.
extern "C" __global__ void max_pool_grad(const float* x, const float* y, const float* grad_y,
                                         float* grad_x, Axis h, Axis w, int n) {
  FOR_ELEMENTS(i, n) {
    int plane = i / (h.size * w.size);
    int row = i / w.size % h.size, column = i % w.size;
    const float* pixels = x + plane * h.size * w.size;
    float value = x[i];
    float sum = 0;
    for (int p = first_window(h, row); p <= last_window(h, row); p++)
      for (int q = first_window(w, column); q <= last_window(w, column); q++) {
        int window = (plane * h.windows + p) * w.windows + q;
        if (y[window] == value && !comes_earlier(pixels, value, h, w, p, q, row, column))
          sum += grad_y[window];
      }
    grad_x[i] = sum;
  }
}

// An element gets its share of the gradient of all windows that hold it.
extern "C" __global__ void avg_pool_grad(const float* grad_y, float* grad_x, Axis h, Axis w,
                                         int n) {
  float share = 1.0f / (h.kernel * w.kernel);
  FOR_ELEMENTS(i, n) {
    int plane = i / (h.size * w.size);
    int row = i / w.size % h.size, column = i % w.size;
    float sum = 0;
    for (int p = first_window(h, row); p <= last_window(h, row); p++)
      for (int q = first_window(w, column); q <= last_window(w, column); q++)
        sum += grad_y[(plane * h.windows + p) * w.windows + q];
    grad_x[i] = sum * share;
  }
}
