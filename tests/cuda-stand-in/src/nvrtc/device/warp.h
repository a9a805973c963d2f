// Barriers, shuffles, votes and reductions of a warp. They are macros for the line, which the
// errors name.
#pragma once

#define __syncthreads() ((void)stand_in::runtime->barrier(__LINE__, 0))
#define __syncthreads_count(predicate) \
  ((int)stand_in::runtime->barrier(__LINE__, (predicate) != 0)->count)
#define __syncthreads_and(predicate) \
  ((int)stand_in::runtime->barrier(__LINE__, (predicate) != 0)->all)
#define __syncthreads_or(predicate) \
  ((int)stand_in::runtime->barrier(__LINE__, (predicate) != 0)->any)
#define __syncwarp(...) (stand_in::SyncWarp{__LINE__}(__VA_ARGS__))

#define __shfl_sync(mask, value, ...) \
  (stand_in::shuffle(__LINE__, stand_in::kIndex, mask, value, __VA_ARGS__))
#define __shfl_up_sync(mask, value, ...) \
  (stand_in::shuffle(__LINE__, stand_in::kUp, mask, value, __VA_ARGS__))
#define __shfl_down_sync(mask, value, ...) \
  (stand_in::shuffle(__LINE__, stand_in::kDown, mask, value, __VA_ARGS__))
#define __shfl_xor_sync(mask, value, ...) \
  (stand_in::shuffle(__LINE__, stand_in::kXor, mask, value, __VA_ARGS__))

#define __ballot_sync(mask, predicate) (stand_in::ballot(__LINE__, mask, predicate))
#define __any_sync(mask, predicate) (stand_in::ballot(__LINE__, mask, predicate) != 0)
#define __all_sync(mask, predicate) (stand_in::ballot(__LINE__, mask, !(predicate)) == 0)
#define __activemask() (stand_in::runtime->active_mask())

#define __reduce_add_sync(mask, value) (stand_in::reduce(__LINE__, mask, value, stand_in::Add()))
#define __reduce_min_sync(mask, value) (stand_in::reduce(__LINE__, mask, value, stand_in::Min()))
#define __reduce_max_sync(mask, value) (stand_in::reduce(__LINE__, mask, value, stand_in::Max()))

inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}
inline void __nanosleep(unsigned) {}

namespace stand_in {

enum ShuffleKind { kIndex, kUp, kDown, kXor };

struct SyncWarp {
  int line;
  void operator()(unsigned mask = 0xffffffffu) const { runtime->warp(mask, 0, line); }
};

inline int lane() {
  unsigned row = threadIdx.y + blockDim.y * threadIdx.z;
  return static_cast<int>((threadIdx.x + blockDim.x * row) & 31);
}

inline int source_lane(ShuffleKind kind, int argument, int width) {
  int own = lane(), first = own & ~(width - 1);
  int source = kind == kIndex  ? first + (argument & (width - 1))
               : kind == kUp   ? own - argument
               : kind == kDown ? own + argument
                               : own ^ argument;
  // Outside of the lane's group: its own value.
  if (kind == kUp) return source < first ? own : source;
  return source >= first + width ? own : source;
}

template <class T>
inline T shuffle(int line, ShuffleKind kind, unsigned mask, T value, int argument, int width = 32) {
  const WarpResult* result = runtime->warp(mask, to_bits(value), line);
  int source = source_lane(kind, argument, width);
  // What a GPU leaves undefined is NaN, or -1.
  if (!(result->mask >> source & 1)) return from_bits<T>(~0ull);
  return from_bits<T>(result->value[source]);
}

inline unsigned ballot(int line, unsigned mask, bool predicate) {
  const WarpResult* result = runtime->warp(mask, predicate, line);
  unsigned votes = 0;
  for (int i = 0; i < 32; i++) {
    if (result->mask >> i & 1) votes |= static_cast<unsigned>(result->value[i] != 0) << i;
  }
  return votes;
}

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};

struct Min {
  template <class T>
  T operator()(T a, T b) const {
    return a < b ? a : b;
  }
};

struct Max {
  template <class T>
  T operator()(T a, T b) const {
    return a > b ? a : b;
  }
};

template <class T, class Operation>
inline T reduce(int line, unsigned mask, T value, Operation operation) {
  static_assert(static_cast<T>(1) / 2 == 0 && sizeof(T) == 4, "only of int and unsigned");
  const WarpResult* result = runtime->warp(mask, to_bits(value), line);
  int i = __builtin_ctz(result->mask);
  T total = from_bits<T>(result->value[i]);
  while (++i < 32) {
    if (result->mask >> i & 1) total = operation(total, from_bits<T>(result->value[i]));
  }
  return total;
}

}  // namespace stand_in
