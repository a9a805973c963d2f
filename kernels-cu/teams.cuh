// Threads that do something together. A team is a power of two of neighbouring threads of a block,
// of at least one and at most all; what it joins is joined in the same order in each run.
#pragma once

// Threads of a block that works in teams, at most: kernels must leave registers for so many.
#define TEAM_MAX 512
#define TEAM_KERNEL extern "C" __global__ void __launch_bounds__(TEAM_MAX)

struct Sum {
  template <typename A>
  static __device__ A none() { return 0; }
  template <typename A>
  static __device__ A join(A a, A b) { return a + b; }
};
struct Largest {
  template <typename A>
  static __device__ A none() { return -(A)infinity(); }
  template <typename A>
  static __device__ A join(A a, A b) { return larger(a, b); }
};
struct Smallest {
  template <typename A>
  static __device__ A none() { return (A)infinity(); }
  template <typename A>
  static __device__ A join(A a, A b) { return smaller(a, b); }
};

// Joins a value of each thread of a team; all of them get the same bits. Every thread of the block
// must come here, whether its team has something to do or not.
template <class F, typename A>
__device__ A team_join(A a, unsigned team) {
  const unsigned warp_size = 32;
  for (unsigned lanes = (team < warp_size ? team : warp_size) / 2; lanes > 0; lanes /= 2) {
    a = F::join(a, __shfl_xor_sync(0xFFFFFFFFu, a, lanes));
  }
  if (team > warp_size) {
    __shared__ A warps[warp_size];
    const unsigned warp = threadIdx.x / warp_size;
    __syncthreads();  // what was joined before may still be read
    if (threadIdx.x % warp_size == 0) warps[warp] = a;
    __syncthreads();
    const unsigned count = team / warp_size;
    const unsigned first = warp / count * count;
    a = warps[first];
    for (unsigned i = 1; i < count; ++i) a = F::join(a, warps[first + i]);
  }
  return a;
}

// The lines of a tensor along one axis, and how many threads share a line.
struct Lines {
  unsigned count;
  unsigned length;
  unsigned step;
  unsigned team;
};

// Elements of its line that a thread keeps in registers, if those are all.
const unsigned KEPT = 8;

__device__ inline bool fits(const Lines& lines) { return lines.length <= KEPT * lines.team; }

// A thread's share of the line of its team: every so many elements one. Beyond the last line it is
// empty.
template <typename T, bool kept>
struct Line {
  const T* x;
  unsigned number;
  unsigned start;
  unsigned first;
  unsigned length;
  unsigned step;
  unsigned team;
  T values[kept ? KEPT : 1];

  __device__ Line(const T* tensor, const Lines& lines)
      : x(tensor), step(lines.step), team(lines.team) {
    const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
    number = thread / team;
    first = thread % team;
    length = number < lines.count ? lines.length : 0;
    start = number / step * step * lines.length + number % step;
    if (kept) {
#pragma unroll
      for (unsigned k = 0; k < KEPT; ++k) {
        const unsigned i = first + k * team;
        if (i < length) values[k] = x[place(i)];
      }
    }
  }

  // Where an element of the line lies.
  __device__ unsigned place(unsigned i) const { return start + i * step; }

  // Calls f(i, element i) for all elements of the thread.
  template <class F>
  __device__ void each(F f) const {
    if (kept) {
#pragma unroll
      for (unsigned k = 0; k < KEPT; ++k) {
        const unsigned i = first + k * team;
        if (i < length) f(i, values[k]);
      }
    } else {
      for (unsigned i = first; i < length; i += team) f(i, x[place(i)]);
    }
  }

  // Joins f(i, element i) for all elements of the team.
  template <class J, class F>
  __device__ T join(F f) const {
    T joined = J::template none<T>();
    each([&](unsigned i, T v) { joined = J::join(joined, f(i, v)); });
    return team_join<J>(joined, team);
  }
};
