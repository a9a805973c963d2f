package dev.merapi.core.runtime;

import dev.merapi.core.plan.BufferRequest;
import java.util.List;
import java.util.Map;

/**
 * Where a program's device memory goes, in bytes.
 *
 * @param state variables by group, shared by all programs of a store
 * @param inputs of the program
 * @param outputs of the program
 * @param constants of the program
 * @param arenaBytes the planned arena, shared by all programs of a store
 * @param transientBytes the sum of all transient buffers, which is what they would take without a
 *     plan
 * @param largest the largest transient buffers, largest first
 */
public record MemoryReport(
    Map<String, Long> state,
    long inputs,
    long outputs,
    long constants,
    long arenaBytes,
    long transientBytes,
    List<BufferRequest> largest) {

  /** Everything together. */
  public long totalBytes() {
    long variables = state.values().stream().mapToLong(Long::longValue).sum();
    return variables + inputs + outputs + constants + arenaBytes;
  }
}
