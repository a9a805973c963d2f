package dev.merapi.core.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.plan.PhysicalType;

/** A place in device memory. */
record Location(Memory memory, long offset) {
  /** The tensor of this type that lies here. */
  Buffer view(PhysicalType type) {
    return memory.view(offset, type);
  }
}
