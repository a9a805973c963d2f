package dev.merapi.core.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;

/** The host's copy of a store's control block: all of its numbers come by one copy. */
public final class ControlBlock {
  private final Buffer buffer;
  private final HostTensor bytes;
  private final ByteBuffer numbers;
  private final int[] offsets = new int[Control.values().length];

  /** Of a store that has declared {@link VariableSpec#controlBlock}; reads nothing yet. */
  public ControlBlock(StateStore store) {
    Location first = store.location(Control.values()[0].path());
    long end = 0;
    for (Control control : Control.values()) {
      Location location = store.location(control.path());
      if (location.memory() != first.memory() || location.offset() < first.offset()) {
        throw new IllegalStateException(
            "expected the control block declared at once, in its order");
      }
      long offset = location.offset() - first.offset();
      offsets[control.ordinal()] = Math.toIntExact(offset);
      end = offset + control.type().bytes();
    }
    TensorType block = new TensorType(DType.U8, Shape.of(Math.toIntExact(end)));
    buffer = first.view(PhysicalType.dense(block));
    bytes = HostTensor.zeros(block);
    numbers = bytes.bytes();
  }

  /** Waits for the programs that ran so far, and reads what they left. */
  public ControlBlock read() {
    buffer.copyToHost(bytes);
    return this;
  }

  /** A number as it was when last read. */
  public double get(Control control) {
    int offset = offsets[control.ordinal()];
    return switch (control.type().dtype()) {
      case F32 -> numbers.getFloat(offset);
      case F64 -> numbers.getDouble(offset);
      case I32 -> numbers.getInt(offset);
      case U8 -> numbers.get(offset) & 0xFF;
    };
  }
}
