// Streams: work runs at once (eager), waits for a synchronization (lazy) or is recorded (capture).
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "driver.h"
#include "graph.h"

namespace stand_in {

struct Stream;

// Something queued on a stream: work, or waiting for a place in another stream.
struct Task {
  Work work;
  Stream* awaited = nullptr;
  uint64_t position = 0;
};

struct Stream {
  bool live = true;
  bool blocking = true;  // ordered with the null stream
  std::deque<Task> queue;
  uint64_t submitted = 0;
  uint64_t completed = 0;
  std::shared_ptr<Capture> capture;  // while the stream is captured
  std::vector<size_t> tips;          // nodes of the capture that its next one depends on
};

struct Event {
  bool live = true;
  bool timed = true;
  bool recorded = false;
  Stream* stream = nullptr;  // of the record, with its place there
  uint64_t position = 0;
  double milliseconds = 0;
  std::shared_ptr<Capture> capture;  // of the record, when it was captured
  std::vector<size_t> tips;
};

// The stream of a handle, or null after saying that it is none. 0, 1 and 2 are the null stream.
Stream* stream_of(void* handle, const char* api);

// Runs, queues or records work; a CUresult.
int submit(void* handle, const char* name, const Work& work);

// Runs what is queued on the stream up to a position; the sticky error.
int run_until(Stream* stream, uint64_t position);

// Waits as the null stream does: for the blocking streams only.
int run_blocking_streams();

int run_all_streams();

// All streams of a capture that has ended work as before.
void leave_capture(const std::shared_ptr<Capture>& capture);

// Counts a wait of the host.
void count_wait();

// 0, or kCaptureUnsupported when this thread must not make unsafe calls because of a capture, which
// is invalidated.
int unsafe_in_capture(const char* api);

}  // namespace stand_in
