// Copies between tensors whose axes lie in different orders or distances. Elements are moved as
// units of 1 to 16 bytes, whatever they mean.
#include "common.cuh"

// A row-major walk over axes, the innermost first: how far neighbours are apart on either side.
struct Axis {
  Divisor size;
  unsigned from, to;
};
struct Axes {
  int count;
  Axis axes[30];  // axes of two or more of fewer than 2^31 elements are never more
};

__device__ inline void locate(unsigned i, const Axes& axes, unsigned& from, unsigned& to) {
  for (int a = 0; a < axes.count; a++) {
    const unsigned outer = quotient(i, axes.axes[a].size);
    const unsigned index = i - outer * axes.axes[a].size.size;
    from += index * axes.axes[a].from;
    to += index * axes.axes[a].to;
    i = outer;
  }
}

template <typename T>
__device__ void copy(const T* x, T* y, unsigned n, const Axes& axes) {
  FOR_ELEMENTS(i, n) {
    unsigned from = 0;
    unsigned to = 0;
    locate(i, axes, from, to);
    y[to] = x[from];
  }
}

// Planes in which neighbours of a column are neighbours in x, those of a row in y. A tile of them
// goes through shared memory, so that both sides are accessed in runs.
struct Planes {
  unsigned rows, columns;
  unsigned columnFrom, rowTo;  // from column to column in x, from row to row in y
  Divisor tileRows, tileColumns;
  unsigned tiles;  // of all planes
};
#define TILE 32

template <typename T>
__device__ void transpose(const T* x, T* y, const Planes& planes, const Axes& batch) {
  __shared__ T tile[TILE][TILE + 1];
  for (unsigned t = blockIdx.x; t < planes.tiles; t += gridDim.x) {
    const unsigned band = quotient(t, planes.tileColumns);
    const unsigned plane = quotient(band, planes.tileRows);
    const unsigned column = (t - band * planes.tileColumns.size) * TILE;
    const unsigned row = (band - plane * planes.tileRows.size) * TILE;
    unsigned from = 0;
    unsigned to = 0;
    locate(plane, batch, from, to);
    for (unsigned k = threadIdx.y; k < TILE; k += blockDim.y) {
      if (row + threadIdx.x < planes.rows && column + k < planes.columns) {
        tile[k][threadIdx.x] = x[from + (column + k) * planes.columnFrom + row + threadIdx.x];
      }
    }
    __syncthreads();
    for (unsigned k = threadIdx.y; k < TILE; k += blockDim.y) {
      if (row + k < planes.rows && column + threadIdx.x < planes.columns) {
        y[to + (row + k) * planes.rowTo + column + threadIdx.x] = tile[threadIdx.x][k];
      }
    }
    __syncthreads();
  }
}

// Index i of an axis of y is index (i - before) / distance of x, if that is one of its size.
struct PaddedAxis {
  Divisor size;
  unsigned before, distance, kept, step;
};
struct PaddedAxes {
  int count;
  PaddedAxis axes[30];
};

// The same bits again and again: those of a value that is no longer than they are.
template <typename T>
__device__ inline T repeated(unsigned long long bits) { return (T)bits; }
template <>
__device__ inline uint4 repeated<uint4>(unsigned long long bits) {
  const unsigned low = (unsigned)bits;
  const unsigned high = (unsigned)(bits >> 32);
  return make_uint4(low, high, low, high);
}

template <typename T>
__device__ void pad(
    const T* x, T* y, unsigned n, unsigned long long value, const PaddedAxes& axes) {
  FOR_ELEMENTS(i, n) {
    unsigned rest = i;
    unsigned from = 0;
    bool kept = true;
    for (int a = 0; a < axes.count; a++) {
      const PaddedAxis& axis = axes.axes[a];
      const unsigned outer = quotient(rest, axis.size);
      // wraps around to what is too large before the first element
      const unsigned behind = rest - outer * axis.size.size - axis.before;
      const unsigned index = axis.distance == 1 ? behind : behind / axis.distance;
      kept = kept && index < axis.kept && index * axis.distance == behind;
      from += index * axis.step;
      rest = outer;
    }
    y[i] = kept ? x[from] : repeated<T>(value);
  }
}

#define FOR_UNIT(T, bytes)                                                                    \
  extern "C" __global__ void copy_##bytes(const T* x, T* y, unsigned n, Axes axes) {          \
    copy(x, y, n, axes);                                                                      \
  }                                                                                           \
  extern "C" __global__ void pad_##bytes(                                                     \
      const T* x, T* y, unsigned n, unsigned long long value, PaddedAxes axes) {              \
    pad(x, y, n, value, axes);                                                                \
  }
FOR_UNIT(unsigned char, 1)
FOR_UNIT(unsigned short, 2)
FOR_UNIT(unsigned, 4)
FOR_UNIT(unsigned long long, 8)
FOR_UNIT(uint4, 16)

#define FOR_ELEMENT(T, bytes)                                                                 \
  extern "C" __global__ void transpose_##bytes(const T* x, T* y, Planes planes, Axes batch) { \
    transpose(x, y, planes, batch);                                                           \
  }
FOR_ELEMENT(unsigned char, 1)
FOR_ELEMENT(unsigned, 4)
FOR_ELEMENT(unsigned long long, 8)
