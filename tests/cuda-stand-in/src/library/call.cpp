#include "call.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace stand_in {

void Call::refuse(int status, const char* format, va_list arguments) const {
  char text[500];
  std::vsnprintf(text, sizeof text, format, arguments);
  standInSay("%s: %s", name_, text);
  throw Refused{status};
}

void Call::require(bool ok, const char* format, ...) const {
  if (ok) return;
  va_list arguments;
  va_start(arguments, format);
  refuse(statuses_.invalid, format, arguments);
}

void Call::supports(bool ok, const char* format, ...) const {
  if (ok) return;
  va_list arguments;
  va_start(arguments, format);
  refuse(statuses_.unsupported, format, arguments);
}

void Call::notNull(const char* what, const void* p) const {
  if (p != nullptr) return;
  standInSay("%s: %s is null", name_, what);
  throw Refused{statuses_.null};
}

void Call::checkHost(const char* what, const void* p, size_t bytes) const {
  require(standInCheckHost(name_, p, bytes) == 0, "%s must be in host memory, found %p", what, p);
}

void Call::add(const char* what, const void* p, size_t bytes, size_t alignment, bool written) {
  if (bytes == 0) return;
  notNull(what, p);
  require(reinterpret_cast<uintptr_t>(p) % alignment == 0,
          "%s must be aligned to %zu bytes, found %p", what, alignment, p);
  require(standInCheckDevice(name_, p, bytes) == 0,
          "%s needs %zu bytes of one allocation on the device, found %p", what, bytes, p);
  ranges_.push_back({what, p, bytes, written});
}

void Call::checkOverlaps() const {
  for (const Range& a : ranges_) {
    for (const Range& b : ranges_) {
      if (&a == &b || !a.written) continue;
      if (inPlace_ && !b.written && a.data == b.data) continue;
      const char* aData = static_cast<const char*>(a.data);
      const char* bData = static_cast<const char*>(b.data);
      require(aData + a.bytes <= bData || bData + b.bytes <= aData,
              "%s at %p (%zu bytes) overlaps %s at %p (%zu bytes)", a.what, a.data, a.bytes, b.what,
              b.data, b.bytes);
    }
  }
}

void Call::hand(void* stream, const Work& work) const {
  checkOverlaps();
  const char* name = name_;
  std::vector<Range> ranges = ranges_;
  // A queued or recorded call runs later, when its memory may be gone.
  auto checked = [name, ranges, work]() {
    if (standInNull()) return int(kSuccess);
    for (const Range& range : ranges) {
      int error = standInCheckDevice(name, range.data, range.bytes);
      if (error != 0) return error;
    }
    return work();
  };
  if (standInSubmit(stream, name, checked) != 0) throw Refused{statuses_.failed};
}

bool tf32Allowed() { return standInAllowsTf32() != 0; }

float toTf32(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bool finite = (bits & 0x7f800000u) != 0x7f800000u;
  if (finite) bits = (bits + 0x1000u) & ~0x1fffu;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace stand_in
