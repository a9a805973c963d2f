package dev.merapi.core.backend;

import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;

/** A tensor at a place in device memory. */
public interface Buffer {
  /** How it lies there. */
  PhysicalType type();

  /** Overwrites it with a tensor of the same type, in stream order. */
  void copyFromHost(HostTensor source);

  /** Overwrites it with a buffer of the same type on the device, in stream order. */
  void copyFrom(Buffer source);

  /** Reads it into a tensor of the same type; waits until the value is there. */
  void copyToHost(HostTensor target);
}
