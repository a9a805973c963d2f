// Faults of kernels: a signal in a kernel ends it instead of the process.
#pragma once

#include <csetjmp>

#include "driver.h"

namespace stand_in {

struct KernelFault {
  int signal;  // 0: the kernel ended itself (assert, __trap)
  Address address;
  bool write;
};

// Where a kernel that faults goes on: sigsetjmp is called on it by the one who runs the kernel.
extern sigjmp_buf kernel_escape;
extern KernelFault kernel_fault;

// While it lives, faults of this thread go to kernel_escape. Those of other threads go to the
// handlers that were there before: the JVM lives by them.
class FaultGuard {
 public:
  FaultGuard();
  ~FaultGuard();
  FaultGuard(const FaultGuard&) = delete;
  FaultGuard& operator=(const FaultGuard&) = delete;
};

// Ends the running kernel.
[[noreturn]] void escape_kernel();

}  // namespace stand_in
