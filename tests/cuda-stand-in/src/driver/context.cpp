#include <vector>

#include "knobs.h"
#include "stream.h"

namespace stand_in {
namespace {

// All contexts are of the one device and share its memory.
struct Context {
  long references = 0;
};

Context* primary() {
  static auto* context = new Context;
  return context;
}

std::vector<void*>& stack() {
  static thread_local std::vector<void*> contexts;
  return contexts;
}

void set_current(void* context) {
  if (!stack().empty()) stack().pop_back();
  if (context) stack().push_back(context);
}

}  // namespace

void* current_context() { return stack().empty() ? nullptr : stack().back(); }

}  // namespace stand_in

using namespace stand_in;

STAND_IN_API int cuDevicePrimaryCtxRetain(void** context, int device) {
  Lock lock;
  if (!initialized()) return kNotInitialized;
  if (device) return kInvalidDevice;
  primary()->references++;
  *context = primary();
  return kSuccess;
}

STAND_IN_API int cuDevicePrimaryCtxRelease_v2(int device) {
  Lock lock;
  if (!initialized()) return kNotInitialized;
  if (device) return kInvalidDevice;
  if (!primary()->references) {
    standInSay("cuDevicePrimaryCtxRelease: the primary context was not retained");
    return kInvalidContext;
  }
  run_all_streams();
  primary()->references--;
  return kSuccess;
}

STAND_IN_API int cuDevicePrimaryCtxReset_v2(int) {
  Lock lock;
  sticky_error = kSuccess;
  return kSuccess;
}

STAND_IN_API int cuCtxCreate_v2(void** context, unsigned, int device) {
  Lock lock;
  if (!initialized()) return kNotInitialized;
  if (device) return kInvalidDevice;
  *context = new Context;
  counters.handles++;
  stack().push_back(*context);
  return kSuccess;
}

STAND_IN_API int cuCtxDestroy_v2(void* context) {
  Lock lock;
  if (!initialized()) return kNotInitialized;
  if (!context || context == primary()) return kInvalidContext;
  run_all_streams();
  if (current_context() == context) stack().pop_back();
  counters.handles--;
  delete static_cast<Context*>(context);
  return kSuccess;
}

STAND_IN_API int cuCtxSetCurrent(void* context) {
  if (!initialized()) return kNotInitialized;
  set_current(context);
  return kSuccess;
}

STAND_IN_API int cuCtxGetCurrent(void** context) {
  *context = current_context();
  return initialized() ? kSuccess : kNotInitialized;
}

STAND_IN_API int cuCtxPushCurrent_v2(void* context) {
  if (!initialized()) return kNotInitialized;
  if (!context) return kInvalidValue;
  stack().push_back(context);
  return kSuccess;
}

STAND_IN_API int cuCtxPopCurrent_v2(void** context) {
  void* popped = current_context();
  if (!popped) return kInvalidContext;
  if (context) *context = popped;
  stack().pop_back();
  return kSuccess;
}

STAND_IN_API int cuCtxGetDevice(int* device) {
  *device = 0;
  return current_context() ? kSuccess : kInvalidContext;
}

STAND_IN_API int cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  *least = 0;
  *greatest = -5;
  return current_context() ? kSuccess : kInvalidContext;
}

STAND_IN_API int cuCtxSetLimit(int limit, size_t value) {
  Lock lock;
  return turn_knob(limit, static_cast<long>(value)) ? kSuccess : kNotSupported;
}
