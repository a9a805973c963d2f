#include "driver.h"

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>

#include "stream.h"

namespace stand_in {

Knobs knobs;
Counters counters;
int sticky_error = kSuccess;

namespace {

// Never destroyed: calls may still come while the process ends.
std::recursive_mutex& mutex() {
  static auto* mutex = new std::recursive_mutex;
  return *mutex;
}

std::string& last_text() {
  static auto* text = new std::string("no error");
  return *text;
}

}  // namespace

Lock::Lock() { mutex().lock(); }

Lock::~Lock() { mutex().unlock(); }

const char* last_error() { return last_text().c_str(); }

int remember(int result) {
  if (result && !sticky_error) {
    // Memory that was there when the call was made is gone.
    sticky_error = result == kInvalidValue ? kIllegalAddress : result;
    standInSay("the context is lost (error %d)", sticky_error);
  }
  return sticky_error;
}

Call::Call(const char* api, Kind kind) : error_(kSuccess) {
  mutex().lock();
  if (!initialized()) {
    error_ = kNotInitialized;
  } else if (!current_context()) {
    standInSay("%s: no current context on this thread", api);
    error_ = kInvalidContext;
  } else if (sticky_error && kind != kRelease && kind != kFree) {
    error_ = sticky_error;
  } else if (kind == kUnsafe || kind == kFree) {
    error_ = unsafe_in_capture(api);
  }
}

Call::~Call() { mutex().unlock(); }

}  // namespace stand_in

void standInSay(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  stand_in::Lock lock;
  // The context's loss is a consequence: the text of an error is its cause.
  if (std::string(line).rfind("the context is lost", 0) != 0) stand_in::last_text() = line;
  fprintf(stderr, "[stand-in] %s\n", line);
}

int standInNull() { return stand_in::knobs.null; }

int standInAllowsTf32() { return stand_in::knobs.allow_tf32; }

int standInHidesNan() { return stand_in::knobs.hides_nan; }

void standInHandles(int change) {
  stand_in::Lock lock;
  stand_in::counters.handles += change;
}
