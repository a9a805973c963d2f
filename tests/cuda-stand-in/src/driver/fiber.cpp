#include "fiber.h"

#include <sys/mman.h>

#include <vector>

// The registers that a function must keep (System V, x86-64) go to the stack that is left.
asm(R"(
  .text
  .globl standInSwitchStack
  .hidden standInSwitchStack
  .type standInSwitchStack, @function
standInSwitchStack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size standInSwitchStack, .-standInSwitchStack
)");

namespace stand_in {
namespace {

constexpr size_t kStackBytes = 64 << 10;
constexpr size_t kGuardBytes = 4096;
constexpr int kSavedRegisters = 6;

std::vector<Fiber*>& pool() {
  static auto* all = new std::vector<Fiber*>;
  return *all;
}

size_t taken;

Fiber* new_fiber() {
  void* memory = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  mprotect(memory, kGuardBytes, PROT_NONE);
  auto* fiber = new Fiber{};
  fiber->stack = static_cast<char*>(memory) + kGuardBytes;
  // Tops at equal distances of a power of two would share the lines of the first cache.
  fiber->top = fiber->stack + kStackBytes - (pool().size() * 320 & 4095);
  return fiber;
}

}  // namespace

Fiber* take_fiber(void (*entry)()) {
  if (taken == pool().size()) pool().push_back(new_fiber());
  Fiber* fiber = pool()[taken++];
  void** p = reinterpret_cast<void**>(fiber->top);
  *--p = nullptr;  // the return address of entry, which never returns; aligns the stack, too
  *--p = reinterpret_cast<void*>(entry);
  for (int i = 0; i < kSavedRegisters; i++) *--p = nullptr;
  fiber->stack_pointer = p;
  return fiber;
}

void free_fibers() { taken = 0; }

bool in_stack_guard(const void* p) {
  for (const Fiber* fiber : pool()) {
    const char* guard = fiber->stack - kGuardBytes;
    if (p >= guard && p < fiber->stack) return true;
  }
  return false;
}

}  // namespace stand_in
