package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.tensor.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/**
 * Brings a program's inputs to the device while the run before is still at work.
 *
 * <p>Two slots take turns; each is a pinned block on the host and one of the same size on the
 * device. The copy stream fills the device's block; the compute stream waits for that, copies each
 * input to where the program reads it, and so frees the slot. The host waits only when both slots
 * are still on their way, which keeps it at most two runs ahead.
 */
public final class InputRing implements AutoCloseable {
  private static final int SLOTS = 2;

  /** Where each input begins in a block: as the device aligns its memory. */
  private static final int ALIGNMENT = 256;

  private final CudaContext context;
  private final Owned owned = new Owned();
  private final List<Input> inputs = new ArrayList<>();
  private final Slot[] slots = new Slot[SLOTS];
  private final int bytes;
  private int next;

  private record Input(String name, int offset, int bytes, DevicePointer target) {}

  /** For inputs by name; where none of them has elements it holds nothing. */
  public InputRing(CudaContext context, Map<String, Buffer> targets) {
    this.context = context;
    long end = 0;
    for (Map.Entry<String, Buffer> target : targets.entrySet()) {
      CudaBuffer buffer = (CudaBuffer) target.getValue();
      int size = Math.toIntExact(buffer.type().bytes());
      if (size == 0) {
        continue;
      }
      inputs.add(new Input(target.getKey(), Math.toIntExact(end), size, buffer.pointer()));
      end += (size + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
    }
    bytes = Math.toIntExact(end);
    if (inputs.isEmpty()) {
      return;
    }
    try {
      for (int i = 0; i < SLOTS; i++) {
        slots[i] = new Slot();
      }
      owned.add(context.copies()::synchronize);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /** Enqueues the copies; the tensors may be changed when it returns. */
  public void send(Bindings bindings) {
    if (inputs.isEmpty()) {
      return;
    }
    Slot slot = slots[next];
    next = (next + 1) % SLOTS;
    slot.load(bindings.inputs());
    slot.deliver();
  }

  @Override
  public void close() {
    owned.close();
  }

  private final class Slot {
    private final Pointer pinned = new Pointer();
    private final ByteBuffer host;
    private final DevicePointer device;
    private final DevicePointer[] sources;

    /** Behind the copy from the pinned block, which may then be filled again. */
    private final CudaEvent loaded;

    /** Behind the copies from the device's block, which may then be overwritten. */
    private final CudaEvent delivered;

    Slot() {
      JCudaDriver.cuMemHostAlloc(pinned, bytes, 0);
      owned.add(() -> JCudaDriver.cuMemFreeHost(pinned));
      host = pinned.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
      CudaMemory memory = new CudaMemory(context, bytes, "a slot of inputs");
      owned.add(memory::close);
      device = memory.pointer();
      sources =
          inputs.stream().map(input -> device.plus(input.offset())).toArray(DevicePointer[]::new);
      loaded = new CudaEvent();
      owned.add(loaded::close);
      delivered = new CudaEvent();
      owned.add(delivered::close);
    }

    void load(Map<String, HostTensor> tensors) {
      loaded.synchronize();
      for (int i = 0; i < sources.length; i++) {
        Input input = inputs.get(i);
        host.put(input.offset(), tensors.get(input.name()).bytes(), 0, input.bytes());
      }
      CudaStream copies = context.copies();
      delivered.await(copies);
      JCudaDriver.cuMemcpyHtoDAsync(device, pinned, bytes, copies.handle());
      loaded.record(copies);
    }

    void deliver() {
      CudaStream stream = context.stream();
      loaded.await(stream);
      for (int i = 0; i < sources.length; i++) {
        Input input = inputs.get(i);
        JCudaDriver.cuMemcpyDtoDAsync(input.target(), sources[i], input.bytes(), stream.handle());
      }
      delivered.record(stream);
    }
  }
}
