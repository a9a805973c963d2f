#include "fault.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <atomic>
#include <cstring>

namespace stand_in {

sigjmp_buf kernel_escape;
KernelFault kernel_fault;

namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr size_t kSignalStackBytes = 64 << 10;

// No thread-local variable: its first use may allocate, which a signal handler must not.
std::atomic<bool> in_kernel;
pthread_t kernel_thread;
struct sigaction previous[NSIG];
stack_t previous_stack;

void chain(int signal, siginfo_t* info, void* context) {
  const struct sigaction& action = previous[signal];
  if (action.sa_flags & SA_SIGINFO) {
    action.sa_sigaction(signal, info, context);
  } else if (action.sa_handler == SIG_DFL) {
    ::signal(signal, SIG_DFL);  // happens again as soon as the handler returns
  } else if (action.sa_handler != SIG_IGN) {
    action.sa_handler(signal);
  }
}

void on_fault(int signal, siginfo_t* info, void* context) {
  if (!in_kernel || !pthread_equal(kernel_thread, pthread_self())) {
    chain(signal, info, context);
    return;
  }
  constexpr greg_t kWriteBit = 2;  // of the page fault's error code
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  kernel_fault = {signal, reinterpret_cast<Address>(info->si_addr),
                  (registers[REG_ERR] & kWriteBit) != 0};
  siglongjmp(kernel_escape, 1);
}

void install() {
  static bool installed;
  if (installed) return;
  installed = true;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int signal : kSignals) sigaction(signal, &action, &previous[signal]);
}

// A fiber that has used up its stack has none left for the handler.
void* signal_stack() {
  static void* stack =
      mmap(nullptr, kSignalStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return stack;
}

}  // namespace

FaultGuard::FaultGuard() {
  install();
  stack_t stack;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = signal_stack();
  stack.ss_size = kSignalStackBytes;
  sigaltstack(&stack, &previous_stack);
  kernel_thread = pthread_self();
  in_kernel = true;
}

FaultGuard::~FaultGuard() {
  in_kernel = false;
  sigaltstack(&previous_stack, nullptr);
}

void escape_kernel() {
  kernel_fault = {0, 0, false};
  siglongjmp(kernel_escape, 1);
}

}  // namespace stand_in
