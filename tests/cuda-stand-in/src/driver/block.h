// A block of threads: its scheduler, barriers and warp operations.
#pragma once

#include <string>
#include <vector>

#include "fiber.h"
#include "kernel_module.h"

namespace stand_in {

enum class Wait : unsigned char { kNone, kWarp, kBarrier };

// What a thread of the block waits for. A vector for each field, since barriers look at one of
// them.
struct Threads {
  std::vector<Wait> wait;
  std::vector<int> line;
  std::vector<unsigned> mask;
  std::vector<unsigned long long> value;
  std::vector<Fiber*> fiber;
};

// A kernel's run over all threads of one block after the other. There is one at a time.
struct BlockRun {
  KernelLoop loop;
  Registers* registers;
  void** arguments;
  const char* kernel;
  unsigned threads;
  uint64_t random;  // the generator's state; 0: no random order
};

// Before the first block of a launch.
void begin_blocks(const BlockRun& run);

// Runs one block; a CUresult.
int run_block();

// A random number; only when the order is random.
unsigned random_below(unsigned bound);

// What kernels call.
const BarrierResult* barrier(int line, unsigned predicate);
const WarpResult* warp_operation(unsigned mask, unsigned long long value, int line);
unsigned active_mask();

}  // namespace stand_in
