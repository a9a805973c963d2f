package dev.merapi.core.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A copy of some variables as they were between two runs, in host memory that is reserved once.
 *
 * <p>Taking it only enqueues copies, so that programs go on; reading it, in any thread, waits for
 * them. One thread at a time may read, and nobody while it is taken anew. Close it before its
 * store.
 */
public final class Snapshot implements AutoCloseable {
  private final Map<String, Copy> copies = new LinkedHashMap<>();
  private final Memory memory;

  private record Copy(Buffer variable, Buffer copy) {}

  Snapshot(StateStore store, Collection<String> paths) {
    Map<String, Long> offsets = new LinkedHashMap<>();
    long bytes = 0;
    for (String path : paths) {
      PhysicalType type = PhysicalType.dense(store.type(path));
      bytes = MemoryPlanner.align(bytes, type.alignment());
      offsets.put(path, bytes);
      bytes += type.bytes();
    }
    memory = store.backend().allocateHost(bytes, "snapshot");
    offsets.forEach(
        (path, offset) -> {
          PhysicalType type = PhysicalType.dense(store.type(path));
          copies.put(path, new Copy(store.location(path).view(type), memory.view(offset, type)));
        });
  }

  /** Enqueues the copies, behind what has been enqueued so far. */
  public void take() {
    copies.values().forEach(copy -> copy.copy().copyFrom(copy.variable()));
  }

  /** The variables, in the order of the store. */
  public Set<String> paths() {
    return Collections.unmodifiableSet(copies.keySet());
  }

  public TensorType type(String path) {
    return copies.get(path).copy().type().type();
  }

  /** What a variable held when the snapshot was last taken. */
  public HostTensor read(String path) {
    HostTensor value = HostTensor.zeros(type(path));
    copies.get(path).copy().copyToHost(value);
    return value;
  }

  @Override
  public void close() {
    memory.close();
  }
}
