#include "knobs.h"

#include <unistd.h>

#include <cstdlib>

#include "memory.h"
#include "stream.h"

namespace stand_in {
namespace {

constexpr int kCode = 0x454D0000;

void reset_counters() {
  counters.launches = 0;
  counters.allocation_calls = 0;
  counters.copies = 0;
  counters.graph_launches = 0;
  counters.waits = 0;
}

// What lives when the process ends was forgotten by somebody.
struct LeakReport {
  ~LeakReport() {
    Lock lock;
    if (!initialized()) return;
    if (!counters.live_allocations && !counters.handles) return;
    standInSay("leaks: %ld allocations, %ld handles", counters.live_allocations, counters.handles);
    report_allocations();
    constexpr int kLeakStatus = 99;
    if (knobs.leak_fatal) _exit(kLeakStatus);
  }
} leak_report;

}  // namespace

long number(const char* variable, long otherwise) {
  const char* text = getenv(variable);
  return text && *text ? strtol(text, nullptr, 0) : otherwise;
}

void read_environment() {
  knobs.lazy = number("STAND_IN_LAZY", 0) != 0;
  knobs.seed = static_cast<uint64_t>(number("STAND_IN_SEED", 0));
  knobs.null = number("STAND_IN_NULL", 0) != 0;
  knobs.alignment = static_cast<size_t>(number("STAND_IN_ALIGN", 256));
  knobs.memory_limit = static_cast<size_t>(number("STAND_IN_MEMORY", 0));
  knobs.allow_tf32 = number("STAND_IN_ALLOW_TF32", 0) != 0;
  knobs.leak_fatal = number("STAND_IN_LEAK_FATAL", 0) != 0;
}

bool turn_knob(int code, long value) {
  switch (code - kCode) {
    case 1:
      knobs.allocation.set(value);
      return true;
    case 2:
      knobs.launch.set(value);
      return true;
    case 3:
      knobs.memory_limit = static_cast<size_t>(value);
      return true;
    case 4:
      run_all_streams();
      knobs.lazy = value != 0;
      return true;
    case 5:
      knobs.seed = static_cast<uint64_t>(value);
      return true;
    case 6:
      sticky_error = kSuccess;
      return true;
    case 7:
      knobs.copy.set(value);
      return true;
    case 8:
      knobs.null = value != 0;
      return true;
    case 9:
      reset_counters();
      return true;
    case 10:
      knobs.allow_tf32 = value != 0;
      return true;
    case 11:
      knobs.loss.set(value);
      return true;
    case 12:
      knobs.hides_nan = value != 0;
      return true;
    default:
      return false;
  }
}

bool read_counter(int code, int* value) {
  const long* const all[] = {&counters.live_allocations, &counters.live_bytes, &counters.launches,
                             &counters.allocation_calls, &counters.handles,    &counters.copies,
                             &counters.graph_launches,   &counters.waits};
  int index = code - kCode - 1;
  if (index < 0 || index >= static_cast<int>(sizeof all / sizeof *all)) return false;
  *value = static_cast<int>(*all[index]);
  return true;
}

}  // namespace stand_in
