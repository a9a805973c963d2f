#include "eager.h"

#include <cstdarg>
#include <cstring>
#include <map>

#include "stand_in.h"

namespace {

std::map<const char*, size_t> allocations;
int handles = 0;

bool onDevice(const void* p, size_t bytes) {
  const char* first = static_cast<const char*>(p);
  auto after = allocations.upper_bound(first);
  if (after == allocations.begin()) return false;
  auto found = std::prev(after);
  return first + bytes <= found->first + found->second;
}

}  // namespace

void* deviceMemory(size_t bytes) {
  size_t rounded = (bytes + 511) / 256 * 256;
  void* p = std::aligned_alloc(256, rounded);
  std::memset(p, 0xff, rounded);
  allocations[static_cast<char*>(p)] = bytes;
  return p;
}

void freeDeviceMemory(void* p) {
  allocations.erase(static_cast<char*>(p));
  std::free(p);
}

int liveHandles() { return handles; }

extern "C" int standInSubmit(void*, const char*, const stand_in::Work& work) { return work(); }
extern "C" int standInCheckDevice(const char*, const void* p, size_t bytes) {
  return onDevice(p, bytes) ? 0 : stand_in::kIllegalAddress;
}
extern "C" int standInCheckHost(const char*, const void* p, size_t) {
  return p != nullptr && !onDevice(p, 1) ? 0 : stand_in::kInvalidValue;
}
extern "C" void standInHandles(int change) { handles += change; }
extern "C" int standInNull() { return 0; }
extern "C" int standInAllowsTf32() { return std::getenv("STAND_IN_ALLOW_TF32") != nullptr; }
extern "C" int standInHidesNan() { return 0; }
extern "C" void standInSay(const char* format, ...) {
  if (std::getenv("TEST_QUIET") != nullptr) return;
  va_list arguments;
  va_start(arguments, format);
  std::vprintf(format, arguments);
  va_end(arguments);
  std::printf("\n");
}
