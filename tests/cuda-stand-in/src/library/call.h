// One call of a library function: its arguments are checked, then its work is handed to the stream.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <type_traits>
#include <vector>

#include "registry.h"

#define STAND_IN_API extern "C" __attribute__((visibility("default")))

namespace stand_in {

/** The numbers by which one library reports what is wrong. */
struct Statuses {
  int invalid;
  int null;
  int unsupported;
  int failed;
};

/** Ends a call; what was wrong has been said already. */
struct Refused {
  int status;
};

class Call {
 public:
  Call(const char* name, const Statuses& statuses) : name_(name), statuses_(statuses) {}

  const char* name() const { return name_; }

  /** Ends the call as wrong unless `ok`; the text says what was found and what was expected. */
  void require(bool ok, const char* format, ...) const __attribute__((format(printf, 3, 4)));

  /** Ends the call as right but not emulated unless `ok`. */
  void supports(bool ok, const char* format, ...) const __attribute__((format(printf, 3, 4)));

  /** The living object behind a handle or descriptor. */
  template <class T>
  T& object(const char* what, const void* address) const {
    notNull(what, address);
    T* found = Registry<T>::of().find(address);
    require(found != nullptr, "%s %p was destroyed or is something else", what, address);
    return *found;
  }

  void notNull(const char* what, const void* p) const;

  /** A place in host memory that the caller wants to be read or written at once. */
  template <class T>
  T* host(const char* what, T* p) const {
    notNull(what, p);
    checkHost(what, p, sizeof(T));
    return p;
  }

  /** Device memory that the work reads: the whole extent, not only its first element. */
  template <class T>
  const T* in(const char* what, const void* p, size_t count) {
    add(what, p, count * sizeof(T), alignof(T), false);
    return static_cast<const T*>(p);
  }

  /** Device memory that the work writes. */
  template <class T>
  T* out(const char* what, void* p, size_t count) {
    add(what, p, count * sizeof(T), alignof(T), true);
    return static_cast<T*>(p);
  }

  /** From here on an output may be the very same memory as an input. */
  void allowInPlace() { inPlace_ = true; }

  /** Checks that outputs overlap nothing, then runs, queues or records the work, which may return a
   * CUresult. */
  template <class Body>
  void submit(void* stream, Body work) {
    if constexpr (std::is_void_v<decltype(work())>) {
      hand(stream, [work]() {
        work();
        return int(kSuccess);
      });
    } else {
      hand(stream, work);
    }
  }

 private:
  struct Range {
    const char* what;
    const void* data;
    size_t bytes;
    bool written;
  };

  [[noreturn]] void refuse(int status, const char* format, va_list arguments) const;
  void checkHost(const char* what, const void* p, size_t bytes) const;
  void add(const char* what, const void* p, size_t bytes, size_t alignment, bool written);
  void checkOverlaps() const;
  void hand(void* stream, const Work& work) const;

  const char* name_;
  Statuses statuses_;
  std::vector<Range> ranges_;
  bool inPlace_ = false;
};

/** Runs the body of a library function and turns a refusal into its status. */
template <class Body>
int answer(const char* name, const Statuses& statuses, Body body) {
  try {
    Call call(name, statuses);
    body(call);
    return 0;
  } catch (const Refused& refused) {
    return refused.status;
  } catch (const std::exception& e) {  // such as no host memory: nothing may leave a C function
    standInSay("%s: %s", name, e.what());
    return statuses.failed;
  }
}

/** Whether STAND_IN_ALLOW_TF32 is 1: only then may a product round its factors to TF32. */
bool tf32Allowed();

/** A float with the 10 bits of mantissa that TF32 keeps, ties away from zero. */
float toTf32(float x);

}  // namespace stand_in
