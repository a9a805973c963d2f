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
  /** What the buffers would take if none shared memory with another. */
  public long sumBytes() {
    return requests.stream().mapToLong(BufferRequest::bytes).sum();
  }
}
