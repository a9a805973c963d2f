// Captures and graphs: work with what it depends on, replayed in an order that the dependencies
// allow.
#pragma once

#include <pthread.h>

#include <memory>
#include <string>
#include <vector>

#include "driver.h"

namespace stand_in {

struct Stream;

struct Node {
  std::string name;
  Work work;
  std::vector<size_t> dependencies;
};

using Nodes = std::shared_ptr<std::vector<Node>>;

// A capture that is going on, of its origin and the streams that joined it through events.
struct Capture {
  enum Mode { kGlobal = 0, kThreadLocal = 1, kRelaxed = 2 };

  Mode mode;
  Stream* origin;
  pthread_t thread;
  bool open = true;
  bool invalidated = false;
  Nodes nodes = std::make_shared<std::vector<Node>>();
};

// Captures that are going on, of all threads.
std::vector<std::shared_ptr<Capture>>& open_captures();

// A CUgraph or CUgraphExec.
struct Graph {
  bool live = true;
  Nodes nodes;
};

// Runs all nodes; a CUresult.
int replay(const std::vector<Node>& nodes);

}  // namespace stand_in
