#include "block.h"

#include <algorithm>
#include <cstdio>

#include "driver.h"

namespace stand_in {
namespace {

constexpr unsigned kWarp = 32;
constexpr unsigned kMostThreads = 1024;
// Results of a warp's operations are kept for so many further ones: a lane takes its result when it
// is next resumed, and the queue of ready fibers comes round before that many operations can pass.
constexpr unsigned kKeptResults = 64;

BlockRun run;
BlockProgress progress;
Threads threads;
int failure;
void* scheduler_stack;
Fiber* current;

// Fibers that can go on: a ring.
Fiber* ready[kMostThreads];
unsigned ready_begin, ready_end;

unsigned at_barrier;  // how many threads wait there
int barrier_line;
BarrierResult arriving;
BarrierResult
    released[2];  // of this barrier and the one before, whose threads may not have read it
unsigned release_count;

std::vector<unsigned> start_order;
std::vector<unsigned> waiting_lanes;  // of each warp
std::vector<unsigned> result_count;   // of each warp
std::vector<WarpResult> results;

void push_ready(Fiber* fiber) { ready[ready_end++ % kMostThreads] = fiber; }

Fiber* pop_ready() {
  if (run.random) {
    unsigned chosen = ready_begin + random_below(ready_end - ready_begin);
    std::swap(ready[chosen % kMostThreads], ready[ready_begin % kMostThreads]);
  }
  return ready[ready_begin++ % kMostThreads];
}

void enter(Fiber* fiber, void** save) {
  current = fiber;
  progress.current = &fiber->thread;
  run.registers->thread = fiber->index;
  standInSwitchStack(save, fiber->stack_pointer);
}

// A fiber's whole life: start threads until none is left, then hand over for good.
void fiber_entry() {
  run.loop(run.arguments, &progress);
  standInSwitchStack(&current->stack_pointer, scheduler_stack);
}

void park() {
  Fiber* fiber = current;
  fiber->index = run.registers->thread;
  // Straight to the next fiber: half the switches of going through the scheduler.
  bool direct = ready_begin != ready_end && !run.random && !failure;
  if (direct) {
    enter(pop_ready(), &fiber->stack_pointer);
  } else {
    standInSwitchStack(&fiber->stack_pointer, scheduler_stack);
  }
}

void wait_here(unsigned thread, Wait what, int line) {
  threads.wait[thread] = what;
  threads.line[thread] = line;
  threads.fiber[thread] = current;
}

void release_barrier() {
  BarrierResult* result = &released[release_count++ % 2];
  *result = arriving;
  at_barrier = 0;
  for (unsigned t = 0; t < progress.count; t++) {
    if (threads.wait[t] != Wait::kBarrier) continue;
    threads.wait[t] = Wait::kNone;
    threads.fiber[t]->result = result;
    push_ready(threads.fiber[t]);
  }
}

// The lanes of the warp that wait with this mask.
unsigned lanes_with(unsigned warp, unsigned mask) {
  unsigned lanes = 0;
  for (unsigned lane = 0; lane < kWarp && warp * kWarp + lane < progress.count; lane++) {
    unsigned t = warp * kWarp + lane;
    if (threads.wait[t] == Wait::kWarp && threads.mask[t] == mask) lanes |= 1u << lane;
  }
  return lanes;
}

// All lanes of the mask are here: they go on with each other's values.
const WarpResult* complete(unsigned warp, unsigned mask, unsigned caller, int line) {
  WarpResult* result = &results[warp * kKeptResults + result_count[warp]++ % kKeptResults];
  result->mask = mask;
  waiting_lanes[warp] &= ~mask;
  for (unsigned lane = 0; lane < kWarp; lane++) {
    if (!(mask >> lane & 1)) continue;
    unsigned t = warp * kWarp + lane;
    result->value[lane] = threads.value[t];
    threads.wait[t] = Wait::kNone;
    if (threads.line[t] != line && !failure) {
      standInSay("kernel %s: lanes of one warp meet in different warp operations (lines %d and %d)",
                 run.kernel, threads.line[t], line);
      failure = kLaunchFailed;
    }
    if (t == caller) continue;
    threads.fiber[t]->result = result;
    push_ready(threads.fiber[t]);
  }
  return result;
}

int deadlock() {
  std::string waits;
  int said = 0, last = 0;
  for (unsigned t = 0; t < progress.count && said < 4; t++) {
    if (threads.wait[t] == Wait::kNone || (said && threads.line[t] == last)) continue;
    char text[96];
    snprintf(text, sizeof text, "%s thread %u waits at line %d (%s)", said++ ? "," : "", t,
             threads.line[t], threads.wait[t] == Wait::kWarp ? "warp operation" : "__syncthreads");
    waits += text;
    last = threads.line[t];
  }
  standInSay("kernel %s: deadlock: %u of %u threads have finished,%s", run.kernel,
             progress.finished, progress.count, waits.c_str());
  return kLaunchFailed;
}

void reset_block() {
  progress.next = progress.finished = 0;
  at_barrier = 0;
  ready_begin = ready_end = 0;
  failure = kSuccess;
  current = nullptr;
  free_fibers();
  std::fill(threads.wait.begin(), threads.wait.end(), Wait::kNone);
  std::fill(waiting_lanes.begin(), waiting_lanes.end(), 0);
  if (!run.random) return;
  for (unsigned i = 0; i < progress.count; i++) start_order[i] = i;
  for (unsigned i = progress.count; i > 1; i--) {
    std::swap(start_order[i - 1], start_order[random_below(i)]);
  }
}

}  // namespace

unsigned random_below(unsigned bound) {
  uint64_t& x = run.random;  // xorshift: never becomes 0
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return static_cast<unsigned>(x >> 16) % bound;
}

void begin_blocks(const BlockRun& next) {
  run = next;
  unsigned n = run.threads, warps = (n + kWarp - 1) / kWarp;
  threads.wait.resize(n);
  threads.line.resize(n);
  threads.mask.resize(n);
  threads.value.resize(n);
  threads.fiber.resize(n);
  start_order.resize(n);
  waiting_lanes.resize(warps);
  result_count.assign(warps, 0);
  results.resize(std::max<size_t>(results.size(), warps * kKeptResults));
  progress = {0, n, 0, run.random ? start_order.data() : nullptr, nullptr};
}

int run_block() {
  reset_block();
  for (;;) {
    bool startable = progress.next < progress.count;
    Fiber* fiber;
    if (ready_begin != ready_end && (!startable || !run.random || random_below(2))) {
      fiber = pop_ready();
    } else if (startable) {
      fiber = take_fiber(fiber_entry);
    } else if (progress.finished == progress.count) {
      return failure;
    } else if (at_barrier && at_barrier == progress.count - progress.finished) {
      release_barrier();  // threads that have returned count as arrived
      continue;
    } else {
      return deadlock();
    }
    enter(fiber, &scheduler_stack);
    if (failure) return failure;
  }
}

const BarrierResult* barrier(int line, unsigned predicate) {
  Fiber* fiber = current;
  if (!at_barrier) {
    arriving = {0, 1, 0};
    barrier_line = line;
  } else if (line != barrier_line && !failure) {
    standInSay("kernel %s: threads of one block wait at different __syncthreads (lines %d and %d)",
               run.kernel, barrier_line, line);
    failure = kLaunchFailed;
  }
  arriving.count += predicate;
  arriving.all &= predicate;
  arriving.any |= predicate;
  at_barrier++;
  wait_here(fiber->thread, Wait::kBarrier, line);
  park();
  return static_cast<const BarrierResult*>(fiber->result);
}

const WarpResult* warp_operation(unsigned mask, unsigned long long value, int line) {
  Fiber* fiber = current;
  unsigned t = fiber->thread, warp = t / kWarp, lane = t % kWarp;
  unsigned lanes = progress.count - warp * kWarp;
  if (lanes < kWarp) mask &= (1u << lanes) - 1;  // the last warp of the block is not full
  if (!(mask >> lane & 1) && !failure) {
    standInSay("kernel %s line %d: lane %u calls a warp operation whose mask 0x%x leaves it out",
               run.kernel, line, lane, mask);
    failure = kLaunchFailed;
    mask |= 1u << lane;
  }
  threads.mask[t] = mask;
  threads.value[t] = value;
  wait_here(t, Wait::kWarp, line);
  waiting_lanes[warp] |= 1u << lane;
  if ((waiting_lanes[warp] & mask) == mask && lanes_with(warp, mask) == mask) {
    return complete(warp, mask, t, line);
  }
  park();
  return static_cast<const WarpResult*>(fiber->result);
}

unsigned active_mask() {
  unsigned t = current->thread, first = t / kWarp * kWarp, mask = 1u << t % kWarp;
  for (unsigned i = 0; i < kWarp && first + i < progress.count; i++) {
    if (threads.wait[first + i] == Wait::kNone) mask |= 1u << i;
  }
  return mask;
}

}  // namespace stand_in
