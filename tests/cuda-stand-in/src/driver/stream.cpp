#include "stream.h"

#include <algorithm>

namespace stand_in {
namespace {

Stream* null_stream() {
  static auto* stream = new Stream;
  return stream;
}

// Those that were destroyed stay, so that their handles are known as such.
std::vector<Stream*>& streams() {
  static auto* all = new std::vector<Stream*>;
  return *all;
}

int run(const Work& work) { return sticky_error ? sticky_error : remember(work()); }

// The null stream must not be used while another one is captured: it would have to wait for it.
int implicit_in_capture(const char* name) {
  for (auto& capture : open_captures()) {
    if (capture->mode == Capture::kRelaxed) continue;
    standInSay("%s on the null stream while a stream is captured", name);
    capture->invalidated = true;
    return kCaptureImplicit;
  }
  return kSuccess;
}

void record(Stream* stream, const char* name, const Work& work) {
  auto& nodes = *stream->capture->nodes;
  nodes.push_back({name, work, stream->tips});
  stream->tips = {nodes.size() - 1};
}

template <class Predicate>
int run_streams(Predicate predicate) {
  // The newest first: whoever relies on streams running in the order of their making is found out.
  auto all = streams();
  for (auto stream = all.rbegin(); stream != all.rend(); ++stream) {
    if (predicate(*stream)) run_until(*stream, (*stream)->submitted);
  }
  return sticky_error;
}

}  // namespace

Stream* stream_of(void* handle, const char* api) {
  if (reinterpret_cast<uintptr_t>(handle) <= 2) return null_stream();
  for (Stream* stream : streams()) {
    if (stream == handle && stream->live) return stream;
  }
  standInSay("%s: %p is no live stream", api, handle);
  return nullptr;
}

int submit(void* handle, const char* name, const Work& work) {
  if (sticky_error) return sticky_error;
  Stream* stream = stream_of(handle, name);
  if (!stream) return kInvalidHandle;
  if (stream->capture) {
    record(stream, name, work);
    return kSuccess;
  }
  if (stream == null_stream()) {
    if (int error = implicit_in_capture(name)) return error;
    run_blocking_streams();
    return run(work);
  }
  stream->submitted++;
  if (knobs.lazy) {
    stream->queue.push_back({work});
    return kSuccess;
  }
  stream->completed++;
  return run(work);
}

int run_until(Stream* stream, uint64_t position) {
  while (stream->completed < position && !stream->queue.empty()) {
    Task task = std::move(stream->queue.front());
    stream->queue.pop_front();
    stream->completed++;
    if (task.awaited) {
      run_until(task.awaited, task.position);
    } else {
      run(task.work);
    }
  }
  return sticky_error;
}

int run_blocking_streams() {
  return run_streams([](Stream* stream) { return stream->blocking; });
}

int run_all_streams() {
  return run_streams([](Stream*) { return true; });
}

void leave_capture(const std::shared_ptr<Capture>& capture) {
  for (Stream* stream : streams()) {
    if (stream->capture != capture) continue;
    stream->capture.reset();
    stream->tips.clear();
  }
}

void count_wait() { counters.waits++; }

int unsafe_in_capture(const char* api) {
  int result = kSuccess;
  for (auto& capture : open_captures()) {
    bool concerned =
        capture->mode == Capture::kGlobal ||
        (capture->mode == Capture::kThreadLocal && pthread_equal(capture->thread, pthread_self()));
    if (!concerned) continue;
    standInSay("%s is not allowed while a stream is captured", api);
    capture->invalidated = true;
    result = kCaptureUnsupported;
  }
  return result;
}

}  // namespace stand_in

using namespace stand_in;

int standInSubmit(void* handle, const char* name, const Work& work) {
  Lock lock;
  counters.launches++;
  if (knobs.launch.strikes()) {
    standInSay("%s: injected launch failure", name);
    return kLaunchOutOfResources;
  }
  if (knobs.loss.strikes()) {
    return submit(handle, name, [name] {
      standInSay("%s: injected loss of the context", name);
      return int(kIllegalAddress);
    });
  }
  return submit(handle, name, work);
}

STAND_IN_API int cuStreamCreate(void** handle, unsigned flags) {
  Call call("cuStreamCreate");
  if (call.error()) return call.error();
  auto* stream = new Stream;
  stream->blocking = !(flags & 1);  // CU_STREAM_NON_BLOCKING
  streams().push_back(stream);
  counters.handles++;
  *handle = stream;
  return kSuccess;
}

STAND_IN_API int cuStreamCreateWithPriority(void** handle, unsigned flags, int) {
  return cuStreamCreate(handle, flags);
}

STAND_IN_API int cuStreamDestroy_v2(void* handle) {
  Call call("cuStreamDestroy", Call::kRelease);
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamDestroy");
  if (!stream || stream == null_stream()) return kInvalidHandle;
  run_until(stream, stream->submitted);
  stream->live = false;
  counters.handles--;
  return call.released(kSuccess);
}

STAND_IN_API int cuStreamSynchronize(void* handle) {
  Call call("cuStreamSynchronize");
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamSynchronize");
  if (!stream) return kInvalidHandle;
  if (stream->capture) {
    standInSay("cuStreamSynchronize: the stream is captured");
    stream->capture->invalidated = true;
    return kCaptureUnsupported;
  }
  count_wait();
  return stream == null_stream() ? run_blocking_streams() : run_until(stream, stream->submitted);
}

STAND_IN_API int cuStreamQuery(void* handle) {
  Call call("cuStreamQuery");
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamQuery");
  if (!stream) return kInvalidHandle;
  if (stream->capture) {
    stream->capture->invalidated = true;
    return kCaptureUnsupported;
  }
  if (stream->queue.empty()) return kSuccess;
  static unsigned asked;  // a caller that polls gets there, one that asks once finds nothing ready
  return ++asked % 3 ? kNotReady : run_until(stream, stream->submitted);
}

STAND_IN_API int cuCtxSynchronize() {
  Call call("cuCtxSynchronize", Call::kUnsafe);
  if (call.error()) return call.error();
  count_wait();
  return run_all_streams();
}

STAND_IN_API int cuStreamGetFlags(void* handle, unsigned* flags) {
  Call call("cuStreamGetFlags");
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamGetFlags");
  if (!stream) return kInvalidHandle;
  *flags = stream->blocking ? 0 : 1;
  return kSuccess;
}
