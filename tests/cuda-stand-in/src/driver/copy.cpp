#include <cstring>

#include "memory.h"
#include "stream.h"

using namespace stand_in;

namespace {

enum class Place { kHost, kDevice };

struct Copy {
  const char* api;
  Address target;
  Place target_place;
  Address source;
  Place source_place;
  size_t bytes;

  static int check(const char* api, Address p, Place place, size_t bytes) {
    return place == Place::kDevice ? check_device(api, p, bytes)
                                   : check_host(api, reinterpret_cast<void*>(p), bytes);
  }

  int check() const {
    if (int error = check(api, target, target_place, bytes)) return error;
    return check(api, source, source_place, bytes);
  }

  int run() const {
    if (int error = check()) return error;
    memmove(reinterpret_cast<void*>(target), reinterpret_cast<void*>(source), bytes);
    return kSuccess;
  }

  // Memory of the host that the device cannot read by itself.
  bool pageable() const {
    return (target_place == Place::kHost && !in_arena(target)) ||
           (source_place == Place::kHost && !in_arena(source));
  }
};

int injected(const char* api) {
  counters.copies++;
  if (!knobs.copy.strikes()) return kSuccess;
  standInSay("%s: injected failure of a copy", api);
  return kUnknown;
}

int copy_now(const Copy& copy) {
  Call call(copy.api, Call::kUnsafe);
  if (call.error()) return call.error();
  if (int error = copy.check()) return error;
  if (int error = injected(copy.api)) return error;
  count_wait();
  // Like all work of the null stream it waits for blocking streams, and for no others.
  if (int error = run_blocking_streams()) return error;
  return copy.run();
}

// From pageable memory: the bytes are taken at once, as the driver's staging does.
int copy_staged(const Copy& copy, void* stream) {
  auto* source = reinterpret_cast<const char*>(copy.source);
  auto bytes = std::make_shared<std::vector<char>>(source, source + copy.bytes);
  return submit(stream, copy.api, [copy, bytes] {
    Copy staged = copy;
    staged.source = reinterpret_cast<Address>(bytes->data());
    return staged.run();
  });
}

int copy_later(const Copy& copy, void* handle) {
  Call call(copy.api);
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, copy.api);
  if (!stream) return kInvalidHandle;
  if (int error = copy.check()) return error;
  if (int error = injected(copy.api)) return error;
  if (!copy.pageable()) {
    return submit(handle, copy.api, [copy] { return copy.run(); });
  }
  if (stream->capture) {
    standInSay("%s: a captured copy needs pinned memory: other memory may be gone at the replay",
               copy.api);
    stream->capture->invalidated = true;
    return kCaptureUnsupported;
  }
  if (copy.source_place == Place::kHost) return copy_staged(copy, handle);
  // To pageable memory: the call returns when the copy is done.
  count_wait();
  if (int error = submit(handle, copy.api, [copy] { return copy.run(); })) return error;
  return run_until(stream, stream->submitted);
}

template <class T>
int set(const char* api, Address target, T value, size_t count, void* stream) {
  Call call(api);
  if (call.error()) return call.error();
  if (int error = check_device(api, target, count * sizeof(T))) return error;
  if (target % sizeof(T)) {
    standInSay("%s: %s is not aligned to %zu bytes", api, describe(target).c_str(), sizeof(T));
    return kInvalidValue;
  }
  return submit(stream, api, [api, target, value, count] {
    if (int error = check_device(api, target, count * sizeof(T))) return error;
    if (knobs.null) return kSuccess;
    T* p = reinterpret_cast<T*>(target);
    for (size_t i = 0; i < count; i++) p[i] = value;
    return kSuccess;
  });
}

Copy to_device(const char* api, Address target, const void* source, size_t bytes) {
  return {api, target, Place::kDevice, reinterpret_cast<Address>(source), Place::kHost, bytes};
}

Copy to_host(const char* api, void* target, Address source, size_t bytes) {
  return {api, reinterpret_cast<Address>(target), Place::kHost, source, Place::kDevice, bytes};
}

Copy on_device(const char* api, Address target, Address source, size_t bytes) {
  return {api, target, Place::kDevice, source, Place::kDevice, bytes};
}

}  // namespace

STAND_IN_API int cuMemcpyHtoD_v2(Address target, const void* source, size_t bytes) {
  return copy_now(to_device("cuMemcpyHtoD", target, source, bytes));
}

STAND_IN_API int cuMemcpyDtoH_v2(void* target, Address source, size_t bytes) {
  return copy_now(to_host("cuMemcpyDtoH", target, source, bytes));
}

STAND_IN_API int cuMemcpyDtoD_v2(Address target, Address source, size_t bytes) {
  return copy_now(on_device("cuMemcpyDtoD", target, source, bytes));
}

STAND_IN_API int cuMemcpyHtoDAsync_v2(Address target, const void* source, size_t bytes,
                                      void* stream) {
  return copy_later(to_device("cuMemcpyHtoDAsync", target, source, bytes), stream);
}

STAND_IN_API int cuMemcpyDtoHAsync_v2(void* target, Address source, size_t bytes, void* stream) {
  return copy_later(to_host("cuMemcpyDtoHAsync", target, source, bytes), stream);
}

STAND_IN_API int cuMemcpyDtoDAsync_v2(Address target, Address source, size_t bytes, void* stream) {
  return copy_later(on_device("cuMemcpyDtoDAsync", target, source, bytes), stream);
}

STAND_IN_API int cuMemsetD8_v2(Address target, unsigned char value, size_t count) {
  return set("cuMemsetD8", target, value, count, nullptr);
}

STAND_IN_API int cuMemsetD16_v2(Address target, unsigned short value, size_t count) {
  return set("cuMemsetD16", target, value, count, nullptr);
}

STAND_IN_API int cuMemsetD32_v2(Address target, unsigned value, size_t count) {
  return set("cuMemsetD32", target, value, count, nullptr);
}

STAND_IN_API int cuMemsetD8Async(Address target, unsigned char value, size_t count, void* stream) {
  return set("cuMemsetD8Async", target, value, count, stream);
}

STAND_IN_API int cuMemsetD16Async(Address target, unsigned short value, size_t count,
                                  void* stream) {
  return set("cuMemsetD16Async", target, value, count, stream);
}

STAND_IN_API int cuMemsetD32Async(Address target, unsigned value, size_t count, void* stream) {
  return set("cuMemsetD32Async", target, value, count, stream);
}
