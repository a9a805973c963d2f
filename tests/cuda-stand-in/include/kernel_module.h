// The ABI between a compiled kernel module (a shared object that the stand-in for NVRTC makes) and
// the stand-in for the driver, which runs it. Kernels are compiled without any standard header, so
// this has none either.
#pragma once

namespace stand_in {

enum { kModuleVersion = 1 };

struct Uint3 {
  unsigned x, y, z;
};

// threadIdx, blockIdx, blockDim and gridDim of the thread that runs.
struct Registers {
  Uint3 thread, block, block_dim, grid_dim;
};

// How far the threads of a block have come. One fiber runs thread after thread in a plain loop;
// only when a thread waits at a barrier is its fiber parked, and another one goes on with the loop.
struct BlockProgress {
  unsigned next;          // threads started
  unsigned count;         // threads in all
  unsigned finished;      // threads that have returned
  const unsigned* order;  // the order in which they start, or null for 0, 1, 2, ...
  unsigned* current;      // where the running fiber keeps the number of its thread
};

// What the lanes of a warp brought to a shuffle or vote.
struct WarpResult {
  unsigned mask;
  unsigned long long value[32];
};

struct BarrierResult {
  unsigned count, all, any;  // threads whose predicate was true
};

// What a kernel asks of the driver.
struct Runtime {
  const BarrierResult* (*barrier)(int line, unsigned predicate);
  const WarpResult* (*warp)(unsigned mask, unsigned long long value, int line);
  unsigned (*active_mask)();
  void* (*dynamic_shared)();
  int (*print)(const char* format, ...);
  void (*trap)(const char* what, const char* file, int line);
};

// The loop that runs threads until none is left to start, for one kernel with its arguments.
using KernelLoop = void (*)(void** arguments, BlockProgress* progress);

struct Kernel {
  void* function;
  KernelLoop loop;
  int arguments;
  const unsigned* sizes;
  const unsigned* alignments;
  const unsigned char* pointers;  // 1 where the argument is a pointer
  int most_threads;               // of a block, by __launch_bounds__; 0: no bound
};

// Exported by a compiled module as "stand_in_module".
struct Module {
  int version;
  const Kernel* kernels;
  int kernel_count;
  Registers* registers;
  const Runtime** runtime;
  char* shared_begin;  // all static __shared__ variables of the module
  char* shared_end;
};

}  // namespace stand_in
