#include "common.cuh"

// Local response normalization across channels: each element sums over its neighbours of the same
// place, channel by channel.

struct Channels {
  int channels, plane, before, after;
};

// The first element that the sum for element i holds, and how many channels from there on.
struct Neighbours {
  int first, count;
};

__device__ inline Neighbours neighbours(Channels c, int i) {
  int channel = i / c.plane % c.channels;
  int from = channel < c.before ? 0 : channel - c.before;
  int to = channel + c.after < c.channels ? channel + c.after : c.channels - 1;
  return {i + (from - channel) * c.plane, to - from + 1};
}

extern "C" __global__ void local_response_norm(const float* x, float* y, float* scale, Channels c,
                                               float factor, float beta, float k, int n) {
  FOR_ELEMENTS(i, n) {
    Neighbours near = neighbours(c, i);
    float sum = 0;
    for (int j = 0; j < near.count; j++) {
      float value = x[near.first + j * c.plane];
      sum += value * value;
    }
    float s = k + factor * sum;
    scale[i] = s;
    y[i] = x[i] * powf(s, -beta);
  }
}

// Here the neighbours are the channels whose sums hold this one: the forward ones, mirrored.
extern "C" __global__ void local_response_norm_grad(const float* grad_y, const float* x,
                                                    const float* y, const float* scale,
                                                    float* grad_x, Channels c, float factor,
                                                    float beta, int n) {
  FOR_ELEMENTS(i, n) {
    Neighbours near = neighbours(c, i);
    float sum = 0;
    for (int j = 0; j < near.count; j++) {
      int at = near.first + j * c.plane;
      sum += grad_y[at] * y[at] / scale[at];
    }
    grad_x[i] = grad_y[i] * powf(scale[i], -beta) - factor * x[i] * sum;
  }
}
