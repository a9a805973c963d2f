#include "memory.h"
#include "stream.h"

using namespace stand_in;

namespace {

// Frees memory when the device has done all its work, which is what CUDA does, too.
int release_now(const char* api, Address p, bool host) {
  Call call(api, Call::kFree);
  if (call.error()) return call.error();
  if (!p) return kSuccess;
  run_all_streams();
  return call.released(release(p, api, host));
}

int allocate_pinned(const char* api, void** p, size_t bytes) {
  Call call(api, Call::kUnsafe);
  if (call.error()) return call.error();
  Address address = 0;
  int error = allocate(&address, bytes, api, true);
  if (!error) *p = reinterpret_cast<void*>(address);
  return error;
}

// Allocations ordered by a stream are no part of a capture here.
int check_not_captured(const char* api, void* handle) {
  Stream* stream = stream_of(handle, api);
  if (!stream) return kInvalidHandle;
  if (!stream->capture) return kSuccess;
  standInSay("%s: not emulated in a capture", api);
  stream->capture->invalidated = true;
  return kCaptureUnsupported;
}

}  // namespace

STAND_IN_API int cuMemAlloc_v2(Address* p, size_t bytes) {
  Call call("cuMemAlloc", Call::kUnsafe);
  return call.error() ? call.error() : allocate(p, bytes, "cuMemAlloc", false);
}

STAND_IN_API int cuMemFree_v2(Address p) { return release_now("cuMemFree", p, false); }

STAND_IN_API int cuMemAllocAsync(Address* p, size_t bytes, void* stream) {
  Call call("cuMemAllocAsync");
  if (call.error()) return call.error();
  if (int error = check_not_captured("cuMemAllocAsync", stream)) return error;
  return allocate(p, bytes, "cuMemAllocAsync", false);
}

STAND_IN_API int cuMemFreeAsync(Address p, void* stream) {
  Call call("cuMemFreeAsync", Call::kRelease);
  if (call.error()) return call.error();
  if (int error = check_not_captured("cuMemFreeAsync", stream)) return error;
  if (sticky_error) return call.released(release(p, "cuMemFreeAsync", false));
  return submit(stream, "cuMemFreeAsync", [p] { return release(p, "cuMemFreeAsync", false); });
}

STAND_IN_API int cuMemHostAlloc(void** p, size_t bytes, unsigned) {
  return allocate_pinned("cuMemHostAlloc", p, bytes);
}

STAND_IN_API int cuMemAllocHost_v2(void** p, size_t bytes) {
  return allocate_pinned("cuMemAllocHost", p, bytes);
}

STAND_IN_API int cuMemFreeHost(void* p) {
  return release_now("cuMemFreeHost", reinterpret_cast<Address>(p), true);
}

STAND_IN_API int cuMemHostGetDevicePointer_v2(Address* device, void* p, unsigned) {
  Call call("cuMemHostGetDevicePointer");
  if (call.error()) return call.error();
  if (int error = check_host("cuMemHostGetDevicePointer", p, 1)) return error;
  if (!in_arena(reinterpret_cast<Address>(p))) return kInvalidValue;  // not pinned
  *device = reinterpret_cast<Address>(p);
  return kSuccess;
}

STAND_IN_API int cuMemGetAddressRange_v2(Address* begin, size_t* bytes, Address p) {
  Call call("cuMemGetAddressRange");
  if (call.error()) return call.error();
  const Allocation* allocation = live_allocation(p);
  if (!allocation) return kInvalidValue;
  if (begin) *begin = allocation->begin;
  if (bytes) *bytes = allocation->bytes;
  return kSuccess;
}

STAND_IN_API int cuMemGetInfo_v2(size_t* free, size_t* total) {
  Call call("cuMemGetInfo");
  if (call.error()) return call.error();
  *total = device_bytes();
  *free = *total - counters.live_bytes;
  return kSuccess;
}
