// Filters into the layouts that oneDNN's fastest convolutions read. Its own reorder takes three times
// as long, which is some percent of a convolution.
#include "filters.h"

namespace {

// All positions of one of the other channels, for the channels of a block.
void part(const FilterReorder& r, int64_t block, int64_t other) {
  const float* source = reinterpret_cast<const float*>(r.source) +
                        block * r.block * r.channelStep + other * r.otherStep;
  float* target = reinterpret_cast<float*>(r.target) +
                  (block * r.positions * r.others + other) * r.block;
  int64_t left = r.channels - block * r.block;
  int64_t filled = left < r.block ? left : r.block;
  for (int64_t position = 0; position < r.positions; position++) {
    float* y = target + position * r.others * r.block;
    for (int64_t c = 0; c < filled; c++) y[c] = source[c * r.channelStep + position];
    for (int64_t c = filled; c < r.block; c++) y[c] = 0;  // the convolution reads them too
  }
}

}  // namespace

// JNI's first two arguments, the environment and the class, are not needed.
extern "C" __attribute__((visibility("default"))) void
Java_dev_merapi_backend_cpu_NativeLoops_reorderFilters(void*, void*, int64_t address) {
  const FilterReorder& r = *reinterpret_cast<const FilterReorder*>(address);
  int64_t blocks = (r.channels + r.block - 1) / r.block;
#pragma omp parallel for num_threads(r.threads) schedule(static) if (r.threads > 1)
  for (int64_t i = 0; i < blocks * r.others; i++) {
    part(r, i / r.others, i % r.others);
  }
}
