#include <algorithm>
#include <chrono>

#include "stream.h"

using namespace stand_in;

namespace {

std::vector<Event*>& events() {
  static auto* all = new std::vector<Event*>;
  return *all;
}

Event* event_of(void* handle, const char* api) {
  auto& all = events();
  auto found = std::find(all.begin(), all.end(), handle);
  if (found != all.end() && (*found)->live) return *found;
  standInSay("%s: %p is no live event", api, handle);
  return nullptr;
}

double now() {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return Milliseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int record_event(void* handle, void* stream_handle) {
  Call call("cuEventRecord");
  if (call.error()) return call.error();
  Event* event = event_of(handle, "cuEventRecord");
  Stream* stream = stream_of(stream_handle, "cuEventRecord");
  if (!event || !stream) return kInvalidHandle;
  event->recorded = true;
  event->capture = stream->capture;
  event->tips = stream->tips;
  event->stream = stream;
  event->position = stream->submitted;
  event->milliseconds = now();
  return kSuccess;
}

// The stream joins the capture that the event was recorded in, and depends on it from now on.
int wait_in_capture(Stream* stream, const Event* event) {
  if (!event->capture->open) {
    standInSay("cuStreamWaitEvent: the event was last recorded in a capture that has ended");
    return kCapturedEvent;
  }
  if (stream->capture && stream->capture != event->capture) {
    standInSay("cuStreamWaitEvent: the event belongs to another capture");
    return kInvalidValue;
  }
  if (!stream->capture) {
    stream->capture = event->capture;
    stream->tips.clear();
  }
  for (size_t tip : event->tips) {
    auto& tips = stream->tips;
    if (std::find(tips.begin(), tips.end(), tip) == tips.end()) tips.push_back(tip);
  }
  return kSuccess;
}

int captured_event(const char* api) {
  standInSay("%s: the event was last recorded in a captured stream", api);
  return kCapturedEvent;
}

}  // namespace

STAND_IN_API int cuEventCreate(void** handle, unsigned flags) {
  Call call("cuEventCreate");
  if (call.error()) return call.error();
  auto* event = new Event;
  event->timed = !(flags & 2);  // CU_EVENT_DISABLE_TIMING
  events().push_back(event);
  counters.handles++;
  *handle = event;
  return kSuccess;
}

STAND_IN_API int cuEventDestroy_v2(void* handle) {
  Call call("cuEventDestroy", Call::kRelease);
  if (call.error()) return call.error();
  Event* event = event_of(handle, "cuEventDestroy");
  if (!event) return kInvalidHandle;
  event->live = false;
  counters.handles--;
  return call.released(kSuccess);
}

STAND_IN_API int cuEventRecord(void* event, void* stream) { return record_event(event, stream); }

STAND_IN_API int cuEventRecordWithFlags(void* event, void* stream, unsigned) {
  return record_event(event, stream);
}

STAND_IN_API int cuStreamWaitEvent(void* stream_handle, void* event_handle, unsigned) {
  Call call("cuStreamWaitEvent");
  if (call.error()) return call.error();
  Event* event = event_of(event_handle, "cuStreamWaitEvent");
  Stream* stream = stream_of(stream_handle, "cuStreamWaitEvent");
  if (!event || !stream) return kInvalidHandle;
  if (!event->recorded) return kSuccess;
  if (event->capture) return wait_in_capture(stream, event);
  if (stream->capture) {
    standInSay("cuStreamWaitEvent: the event was recorded outside the capture");
    stream->capture->invalidated = true;
    return kCaptureIsolation;
  }
  if (reinterpret_cast<uintptr_t>(stream_handle) <= 2) {
    return run_until(event->stream, event->position);  // the null stream's work runs at once
  }
  if (knobs.lazy) {
    stream->submitted++;
    stream->queue.push_back({nullptr, event->stream, event->position});
  }
  return kSuccess;
}

STAND_IN_API int cuEventSynchronize(void* handle) {
  Call call("cuEventSynchronize");
  if (call.error()) return call.error();
  Event* event = event_of(handle, "cuEventSynchronize");
  if (!event) return kInvalidHandle;
  if (event->capture) return captured_event("cuEventSynchronize");
  count_wait();
  return event->recorded ? run_until(event->stream, event->position) : kSuccess;
}

STAND_IN_API int cuEventQuery(void* handle) {
  Call call("cuEventQuery");
  if (call.error()) return call.error();
  Event* event = event_of(handle, "cuEventQuery");
  if (!event) return kInvalidHandle;
  if (event->capture) return captured_event("cuEventQuery");
  if (!event->recorded || event->stream->completed >= event->position) return kSuccess;
  static unsigned asked;
  return ++asked % 3 ? kNotReady : run_until(event->stream, event->position);
}

STAND_IN_API int cuEventElapsedTime(float* milliseconds, void* start_handle, void* end_handle) {
  Call call("cuEventElapsedTime");
  if (call.error()) return call.error();
  Event* start = event_of(start_handle, "cuEventElapsedTime");
  Event* end = event_of(end_handle, "cuEventElapsedTime");
  if (!start || !end) return kInvalidHandle;
  if (!start->recorded || !end->recorded || !start->timed || !end->timed) {
    standInSay("cuEventElapsedTime: an event was not recorded or keeps no time");
    return kInvalidHandle;
  }
  *milliseconds = static_cast<float>(end->milliseconds - start->milliseconds);
  return kSuccess;
}
