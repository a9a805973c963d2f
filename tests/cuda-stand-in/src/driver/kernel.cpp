#include "kernel.h"

#include <signal.h>
#include <sys/mman.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <numeric>

#include "block.h"
#include "fault.h"
#include "memory.h"

namespace stand_in {
namespace {

constexpr size_t kGuardBytes = 64 << 10;
constexpr int kFilling = 0xFF;
// Kept at the end of its memory, in front of a guard.
char* shared_end;
unsigned shared_bytes;  // of the kernel that runs
const char* kernel_name;
Registers* registers;

void* dynamic_shared() { return shared_end - (shared_bytes + 15) / 16 * 16; }

int print(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int count = vprintf(format, arguments);
  va_end(arguments);
  fflush(stdout);
  return count;
}

// "block (0,0,0) thread (128,0,0)"
std::string place() {
  char text[128];
  Uint3 b = registers->block, t = registers->thread;
  snprintf(text, sizeof text, "block (%u,%u,%u) thread (%u,%u,%u)", b.x, b.y, b.z, t.x, t.y, t.z);
  return text;
}

void trap(const char* what, const char* file, int line) {
  standInSay("kernel %s %s:%d: %s: assertion or trap: %s", kernel_name, file, line, place().c_str(),
             what);
  escape_kernel();
}

const Runtime runtime = {barrier, warp_operation, active_mask, dynamic_shared, print, trap};

std::string describe_access(const KernelFault& fault) {
  Address shared = reinterpret_cast<Address>(shared_end);
  const char* access = fault.write ? "WRITE to " : "READ of ";
  if (in_stack_guard(reinterpret_cast<void*>(fault.address))) {
    return std::string(access) + "the guard below its stack: too much local memory";
  }
  if (fault.address >= shared - kSharedWithOptIn && fault.address < shared + kGuardBytes) {
    return std::string(access) + "dynamic shared memory out of bounds";
  }
  return access + describe(fault.address);
}

// What ended the kernel; a CUresult.
int report_fault(const KernelFault& fault) {
  if (fault.signal == 0) return kAssert;
  std::string what = fault.signal == SIGFPE ? "integer division by zero"
                     : fault.signal == SIGILL
                         ? "an index out of an array's bounds, or a misaligned address"
                         : describe_access(fault);
  standInSay("kernel %s %s: %s", kernel_name, place().c_str(), what.c_str());
  return fault.signal == SIGFPE || fault.signal == SIGILL ? kLaunchFailed : kIllegalAddress;
}

// Shared memory is not cleared between blocks on a GPU: here it is NaN.
void fill_shared(const Module& module) {
  if (module.shared_end > module.shared_begin) {
    memset(module.shared_begin, kFilling, module.shared_end - module.shared_begin);
  }
  memset(dynamic_shared(), kFilling, shared_end - static_cast<char*>(dynamic_shared()));
}

// A walk over all blocks in steps that share no divisor with their number.
struct Walk {
  uint64_t count, step = 1, start = 0;

  explicit Walk(uint64_t blocks) : count(blocks) {
    if (!knobs.seed || count == 1) return;
    unsigned bound = static_cast<unsigned>(count < UINT32_MAX ? count : UINT32_MAX);
    start = random_below(bound);
    step = count / 2 + random_below(bound);
    while (std::gcd(step, count) != 1) step++;
  }

  uint64_t at(uint64_t i) const { return (start + i * step) % count; }
};

int run_blocks(const Launch& launch) {
  Uint3 grid = launch.grid;
  const Walk walk(uint64_t{grid.x} * grid.y * grid.z);
  for (uint64_t i = 0; i < walk.count; i++) {
    uint64_t b = walk.at(i);
    registers->block = {static_cast<unsigned>(b % grid.x),
                        static_cast<unsigned>(b / grid.x % grid.y),
                        static_cast<unsigned>(b / grid.x / grid.y)};
    fill_shared(*launch.function->module->module);
    if (int error = run_block()) return error;
  }
  return kSuccess;
}

// Writes just outside the memory that the kernel was given, too near for a guard.
int check_arguments(const Kernel& kernel, const std::vector<void*>& arguments) {
  for (int i = 0; i < kernel.arguments; i++) {
    if (!kernel.pointers[i]) continue;
    const Allocation* allocation = live_allocation(*static_cast<Address*>(arguments[i]));
    if (!allocation) continue;
    if (int error = check_slack(*allocation, kernel_name)) return error;
  }
  return kSuccess;
}

}  // namespace

int reserve_shared() {
  size_t bytes = kSharedWithOptIn + 1024;  // a whole number of pages
  void* p = mmap(nullptr, bytes + kGuardBytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return kOutOfMemory;
  shared_end = static_cast<char*>(p) + bytes;
  mprotect(shared_end, kGuardBytes, PROT_NONE);
  return kSuccess;
}

int run_kernel(const Launch& launch, const std::vector<void*>& arguments) {
  const Function& function = *launch.function;
  if (!function.module->live) {
    standInSay("kernel %s: its module was unloaded", function.name.c_str());
    return kInvalidHandle;
  }
  const Module& module = *function.module->module;
  *module.runtime = &runtime;
  registers = module.registers;
  registers->grid_dim = launch.grid;
  registers->block_dim = launch.block;
  shared_bytes = launch.dynamic_shared;
  kernel_name = function.name.c_str();
  constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;  // neighbouring seeds give unlike sequences
  begin_blocks({function.kernel->loop, registers, const_cast<void**>(arguments.data()), kernel_name,
                launch.block.x * launch.block.y * launch.block.z, knobs.seed * kSpread});
  FaultGuard guard;
  if (sigsetjmp(kernel_escape, 0)) return report_fault(kernel_fault);
  int error = run_blocks(launch);
  return error ? error : check_arguments(*function.kernel, arguments);
}

}  // namespace stand_in
