package dev.merapi.core.plan;

import java.util.List;

/**
 * Where each requested buffer lies in the arena.
 *
 * @param requests the buffers, in the order in which they were asked for
 * @param offsets of the buffers, in bytes from the arena's start
 * @param arenaBytes the arena's size
 */
public record MemoryPlan(List<BufferRequest> requests, List<Long> offsets, long arenaBytes) {
  /** What the buffers would take, each aligned, if none shared memory with another. */
  public long sumBytes() {
    return requests.stream()
        .mapToLong(request -> MemoryPlanner.align(request.bytes(), request.alignment()))
        .sum();
  }
}
