// Fibers: stacks of their own on one operating system's thread, on which the threads of a block run
// that wait for each other.
#pragma once

#include "kernel_module.h"

namespace stand_in {

struct Fiber {
  void* stack_pointer;
  Uint3 index;         // threadIdx of its thread while it is parked
  unsigned thread;     // its thread's number in the block
  const void* result;  // what the operation it waited for gave
  char* stack;
  char* top;
};

// A fiber that begins with entry(). Fibers come from a pool: those of the last block are free.
Fiber* take_fiber(void (*entry)());
void free_fibers();

// Leaves the running stack, whose pointer is kept, for another one.
extern "C" void standInSwitchStack(void** save, void* to) __attribute__((visibility("hidden")));

// Whether the address is a guard below a fiber's stack.
bool in_stack_guard(const void* p);

}  // namespace stand_in
