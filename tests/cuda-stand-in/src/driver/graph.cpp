#include "graph.h"

#include <algorithm>
#include <random>

#include "stream.h"

namespace stand_in {

std::vector<std::shared_ptr<Capture>>& open_captures() {
  static auto* all = new std::vector<std::shared_ptr<Capture>>;
  return *all;
}

namespace {

std::vector<Graph*>& graphs() {
  static auto* all = new std::vector<Graph*>;
  return *all;
}

Graph* new_graph(Nodes nodes) {
  auto* graph = new Graph{true, std::move(nodes)};
  graphs().push_back(graph);
  counters.handles++;
  return graph;
}

Graph* graph_of(void* handle, const char* api) {
  auto& all = graphs();
  auto found = std::find(all.begin(), all.end(), handle);
  if (found != all.end() && (*found)->live) return *found;
  standInSay("%s: %p is no live graph", api, handle);
  return nullptr;
}

int destroy(void* handle, const char* api) {
  Call call(api, Call::kRelease);
  if (call.error()) return call.error();
  Graph* graph = graph_of(handle, api);
  if (!graph) return kInvalidHandle;
  graph->live = false;
  graph->nodes.reset();
  counters.handles--;
  return call.released(kSuccess);
}

// An order that the dependencies allow: the recorded one when eager. Otherwise the latest of the
// nodes that are ready, or a random one, so that a dependency which is missing in the capture
// shows.
std::vector<size_t> order(const std::vector<Node>& nodes) {
  std::vector<size_t> result;
  std::vector<size_t> missing(nodes.size());
  std::vector<std::vector<size_t>> dependents(nodes.size());
  std::vector<size_t> ready;
  for (size_t i = 0; i < nodes.size(); i++) {
    missing[i] = nodes[i].dependencies.size();
    for (size_t d : nodes[i].dependencies) dependents[d].push_back(i);
    if (!missing[i]) ready.push_back(i);
  }
  std::minstd_rand random(static_cast<unsigned>(knobs.seed));
  while (!ready.empty()) {
    auto chosen = knobs.seed ? ready.begin() + random() % ready.size()
                             : std::max_element(ready.begin(), ready.end());
    size_t node = *chosen;
    ready.erase(chosen);
    result.push_back(node);
    for (size_t d : dependents[node]) {
      if (!--missing[d]) ready.push_back(d);
    }
  }
  return result;
}

// All nodes must be reachable from the end of the stream that the capture began on.
bool joined(const Capture& capture) {
  std::vector<bool> reached(capture.nodes->size());
  std::vector<size_t> open = capture.origin->tips;
  size_t count = 0;
  while (!open.empty()) {
    size_t node = open.back();
    open.pop_back();
    if (reached[node]) continue;
    reached[node] = true;
    count++;
    const auto& dependencies = (*capture.nodes)[node].dependencies;
    open.insert(open.end(), dependencies.begin(), dependencies.end());
  }
  return count == reached.size();
}

void close(const std::shared_ptr<Capture>& capture) {
  capture->open = false;
  auto& all = open_captures();
  all.erase(std::remove(all.begin(), all.end(), capture), all.end());
  leave_capture(capture);
}

}  // namespace

int replay(const std::vector<Node>& nodes) {
  if (!knobs.lazy && !knobs.seed) {
    for (const Node& node : nodes) {
      if (int error = node.work()) return error;
    }
    return kSuccess;
  }
  for (size_t i : order(nodes)) {
    if (int error = nodes[i].work()) return error;
  }
  return kSuccess;
}

}  // namespace stand_in

using namespace stand_in;

STAND_IN_API int cuStreamBeginCapture_v2(void* handle, int mode) {
  Call call("cuStreamBeginCapture");
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamBeginCapture");
  if (!stream) return kInvalidHandle;
  if (reinterpret_cast<uintptr_t>(handle) <= 2 || stream->capture) {
    standInSay("cuStreamBeginCapture: %s",
               stream->capture ? "the stream is captured already" : "on the null stream");
    return kCaptureUnsupported;
  }
  if (mode < Capture::kGlobal || mode > Capture::kRelaxed) return kInvalidValue;
  auto capture = std::make_shared<Capture>();
  capture->mode = static_cast<Capture::Mode>(mode);
  capture->origin = stream;
  capture->thread = pthread_self();
  open_captures().push_back(capture);
  stream->capture = capture;
  stream->tips.clear();
  return kSuccess;
}

STAND_IN_API int cuStreamEndCapture(void* handle, void** graph) {
  Call call("cuStreamEndCapture");
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamEndCapture");
  if (!stream) return kInvalidHandle;
  *graph = nullptr;
  std::shared_ptr<Capture> capture = stream->capture;
  if (!capture || capture->origin != stream) {
    standInSay("cuStreamEndCapture: no capture began on this stream");
    return kCaptureUnmatched;
  }
  if (capture->mode != Capture::kRelaxed && !pthread_equal(capture->thread, pthread_self())) {
    standInSay("cuStreamEndCapture: the capture began on another thread");
    return kCaptureWrongThread;
  }
  bool whole = joined(*capture);
  close(capture);
  if (capture->invalidated) return kCaptureInvalidated;
  if (!whole) {
    standInSay("cuStreamEndCapture: a stream that was forked was not joined again");
    return kCaptureUnjoined;
  }
  *graph = new_graph(capture->nodes);
  return kSuccess;
}

STAND_IN_API int cuStreamIsCapturing(void* handle, int* status) {
  Call call("cuStreamIsCapturing");
  if (call.error()) return call.error();
  Stream* stream = stream_of(handle, "cuStreamIsCapturing");
  if (!stream) return kInvalidHandle;
  *status = !stream->capture ? 0 : stream->capture->invalidated ? 2 : 1;
  return kSuccess;
}

STAND_IN_API int cuGraphGetNodes(void* handle, void** nodes, size_t* count) {
  Call call("cuGraphGetNodes");
  if (call.error()) return call.error();
  Graph* graph = graph_of(handle, "cuGraphGetNodes");
  if (!graph) return kInvalidHandle;
  size_t all = graph->nodes->size();
  if (nodes) {
    for (size_t i = 0; i < *count; i++) nodes[i] = i < all ? &(*graph->nodes)[i] : nullptr;
  }
  *count = all;
  return kSuccess;
}

STAND_IN_API int cuGraphInstantiateWithFlags(void** executable, void* handle, uint64_t) {
  Call call("cuGraphInstantiate");
  if (call.error()) return call.error();
  Graph* graph = graph_of(handle, "cuGraphInstantiate");
  if (!graph) return kInvalidHandle;
  *executable = new_graph(graph->nodes);
  return kSuccess;
}

STAND_IN_API int cuGraphUpload(void* executable, void* stream) {
  Call call("cuGraphUpload");
  if (call.error()) return call.error();
  bool known = graph_of(executable, "cuGraphUpload") && stream_of(stream, "cuGraphUpload");
  return known ? kSuccess : kInvalidHandle;
}

STAND_IN_API int cuGraphLaunch(void* executable, void* stream) {
  Call call("cuGraphLaunch");
  if (call.error()) return call.error();
  Graph* graph = graph_of(executable, "cuGraphLaunch");
  if (!graph) return kInvalidHandle;
  counters.graph_launches++;
  // Work in the queue keeps its nodes, also when the graph is destroyed before it runs.
  return standInSubmit(stream, "cuGraphLaunch", [nodes = graph->nodes] { return replay(*nodes); });
}

STAND_IN_API int cuGraphDestroy(void* graph) { return destroy(graph, "cuGraphDestroy"); }

STAND_IN_API int cuGraphExecDestroy(void* graph) { return destroy(graph, "cuGraphExecDestroy"); }
