// What all parts of the driver share: status codes, knobs, counters, the lock and the checks at the
// beginning of every call.
#pragma once

#include <cstdint>

#include "stand_in.h"

#define STAND_IN_API extern "C" __attribute__((visibility("default")))

namespace stand_in {

// A device pointer as CUdeviceptr has it.
using Address = uint64_t;

// CUresult, beside the codes of stand_in.h.
constexpr int kOutOfMemory = 2;
constexpr int kNotInitialized = 3;
constexpr int kNoDevice = 100;
constexpr int kInvalidDevice = 101;
constexpr int kInvalidImage = 200;
constexpr int kInvalidContext = 201;
constexpr int kNoBinaryForGpu = 209;
constexpr int kFileNotFound = 301;
constexpr int kSharedObjectInitFailed = 303;
constexpr int kInvalidHandle = 400;
constexpr int kNotFound = 500;
constexpr int kNotReady = 600;
constexpr int kLaunchOutOfResources = 701;
constexpr int kAssert = 710;
constexpr int kLaunchFailed = 719;
constexpr int kNotSupported = 801;
constexpr int kCaptureUnsupported = 900;
constexpr int kCaptureInvalidated = 901;
constexpr int kCaptureUnmatched = 903;
constexpr int kCaptureUnjoined = 904;
constexpr int kCaptureIsolation = 905;
constexpr int kCaptureImplicit = 906;
constexpr int kCapturedEvent = 907;
constexpr int kCaptureWrongThread = 908;
constexpr int kUnknown = 999;

// A fault to be injected: strikes at the n-th call from when it was set, once.
class Fault {
 public:
  void set(long n) { left_ = n; }
  bool strikes() { return left_ > 0 && --left_ == 0; }

 private:
  long left_ = 0;
};

// What tests can turn: by the environment, or by cuCtxSetLimit with a private code.
struct Knobs {
  Fault allocation;
  Fault launch;
  Fault copy;
  size_t memory_limit = 0;  // bytes; 0: as much as the device claims to have
  bool lazy = false;        // work is queued until a wait forces it
  uint64_t seed = 0;        // not 0: blocks, threads and graph nodes run in a random order
  bool null = false;        // nothing is computed
  bool hides_nan = false;   // a ReLU within a product makes 0 of NaN
  size_t alignment = 256;   // of allocations
  Fault loss;
  bool allow_tf32 = false;
  bool leak_fatal = false;  // a leak at exit ends the process with status 99
};

struct Counters {
  long live_allocations = 0;
  long live_bytes = 0;
  long handles = 0;
  // since the start or the last reset
  long launches = 0;
  long allocation_calls = 0;
  long copies = 0;
  long graph_launches = 0;
  long waits = 0;
};

extern Knobs knobs;
extern Counters counters;

// The error after which the context is lost, as on a GPU; 0 while there is none.
extern int sticky_error;

// Makes an error of work sticky: it may come long after the call that submitted it. Returns the
// sticky error.
int remember(int result);

// The text of the last error.
const char* last_error();

// The current context of the calling thread, or null.
void* current_context();

bool initialized();

// The start of a driver call: takes the lock and checks that the driver is initialized, that the
// thread has a context and that the context still works.
class Call {
 public:
  enum Kind {
    kNormal,
    kUnsafe,   // not allowed while a stream is captured
    kRelease,  // goes on in a lost context, so that an engine can still clean up
    kFree,     // both
  };

  explicit Call(const char* api, Kind kind = kNormal);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Not 0: the call must return it at once.
  int error() const { return error_; }

  // The result of a release: its own error, else that of a lost context.
  int released(int result) const { return result ? result : sticky_error; }

 private:
  int error_;
};

// The lock that every call holds: kernels run one at a time.
class Lock {
 public:
  Lock();
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

}  // namespace stand_in
