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

// Joins what those threads have that differ in threadIdx.y, of which there are a power of two; the
// first of them get it. A block has at most 256 threads.
template <class F, typename P>
__device__ void join_rows(P& pack) {
  __shared__ P parts[256];
  const unsigned at = threadIdx.y * blockDim.x + threadIdx.x;
  __syncthreads();  // what was joined before may still be read
  parts[at] = pack;
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.y < half) {
      const P other = parts[at + half * blockDim.x];
#pragma unroll
      for (unsigned k = 0; k < P::SIZE; ++k) pack.at[k] = F::join(pack.at[k], other.at[k]);
      parts[at] = pack;
    }
  }
}

// The lines of a tensor along one axis, how many threads share a line, and how many neighbours of a
// line are accessed at once: one, or as many as 16 bytes have, if all lines begin at multiples of
// them.
struct Lines {
  unsigned count;
  unsigned length;
  unsigned step;
  unsigned team;
  unsigned pack;
};

// Elements of its line that a thread keeps in registers, if those are all.
const unsigned KEPT = 8;

// A thread's share of the line of its team: every so many packs one. Beyond the last line it is
// empty.
template <typename T, bool kept, unsigned size>
struct Line {
  typedef T Element;
  typedef Pack<T, size> P;
  const T* x;
  unsigned number;
  unsigned start;
  unsigned first;
  unsigned length;
  unsigned step;
  unsigned stride;
  unsigned team;
  P packs[kept ? KEPT / size : 1];

  __device__ Line(const T* tensor, const Lines& lines)
      : step(lines.step), stride(lines.team * size), team(lines.team) {
    const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
    number = thread / team;
    first = thread % team * size;
    length = number < lines.count ? lines.length : 0;
    start = number / step * step * lines.length + number % step;
    x = of(tensor);
    if constexpr (kept) {
#pragma unroll
      for (unsigned k = 0; k < KEPT / size; ++k) {
        const unsigned i = first + k * stride;
        if (i < length) packs[k] = load_pack<size>(x + i * step);
      }
    }
  }

  __device__ bool exists() const { return length > 0; }

  // This line of a tensor.
  template <typename U>
  __device__ U* of(U* tensor) const { return tensor + start; }

  // Calls f(i, the pack from element i on) for all packs of the thread.
  template <class F>
  __device__ void each(F f) const {
    if constexpr (kept) {
#pragma unroll
      for (unsigned k = 0; k < KEPT / size; ++k) {
        const unsigned i = first + k * stride;
        if (i < length) f(i, packs[k]);
      }
    } else {
      for (unsigned i = first; i < length; i += stride) f(i, load_pack<size>(x + i * step));
    }
  }

  // What f(i, element i, ...) gives for the elements of packs.
  template <class F, class... Packs>
  static __device__ P map(F f, unsigned i, const Packs&... packs) {
    P made;
#pragma unroll
    for (unsigned k = 0; k < size; ++k) made.at[k] = f(i + k, packs.at[k]...);
    return made;
  }

  // Joins f(i, element i, element i of each other) for all elements of the team. The others lie as
  // this line does.
  template <class J, class F, class... Others>
  __device__ T join(F f, const Others*... others) const {
    T joined = J::template none<T>();
    each([&](unsigned i, const P& pack) {
      const P made = map(f, i, pack, load_pack<size>(others + i * step)...);
#pragma unroll
      for (unsigned k = 0; k < size; ++k) joined = J::join(joined, made.at[k]);
    });
    return team_join<J>(joined, team);
  }

  // Writes f(i, element i, element i of each other) for all elements of the team to this line of y.
  template <class F, class... Others>
  __device__ void write(T* y, F f, const Others*... others) const {
    T* to = of(y);
    each([&](unsigned i, const P& pack) {
      store_pack(to + i * step, map(f, i, pack, load_pack<size>(others + i * step)...));
    });
  }
};

// Calls F::run(line, ...) with the thread's share of a line.
template <class F, unsigned size, typename T, class... Arguments>
__device__ void with_packs(const T* x, const Lines& lines, Arguments... arguments) {
  if (lines.length <= KEPT * lines.team) {
    F::run(Line<T, true, size>(x, lines), arguments...);
  } else {
    F::run(Line<T, false, size>(x, lines), arguments...);
  }
}
template <class F, typename T, class... Arguments>
__device__ void with_line(const T* x, const Lines& lines, Arguments... arguments) {
  if (lines.pack == 1) {
    with_packs<F, 1>(x, lines, arguments...);
  } else {
    with_packs<F, Pack<T>::SIZE>(x, lines, arguments...);
  }
}
