package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Buffers;
import dev.merapi.core.backend.Kernel;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A kernel that gets to know its buffers before it runs, so that running makes no objects. */
abstract class CpuKernel implements Kernel {
  private Buffers bound;

  /** Makes a kernel for an op on given types; here shapes are looked at, not when it runs. */
  @FunctionalInterface
  interface Factory<O> {
    CpuKernel create(O op, List<TensorType> inputs, List<TensorType> outputs, Engine engine);
  }

  /** Scratch memory that it needs while it runs. */
  long workspaceBytes() {
    return 0;
  }

  /** More about how it works, for its name; empty when there is nothing to say. */
  String variant() {
    return "";
  }

  /** Takes the buffers of all following launches. */
  final void bind(Buffers buffers) {
    release();
    bound = buffers;
    bind(
        buffers.inputs().stream().map(CpuKernel::cast).toArray(CpuBuffer[]::new),
        buffers.outputs().stream().map(CpuKernel::cast).toArray(CpuBuffer[]::new),
        cast(buffers.workspace()));
  }

  private static CpuBuffer cast(Buffer buffer) {
    return (CpuBuffer) buffer;
  }

  /** Takes the buffers; the workspace is null when none was asked for. */
  abstract void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace);

  /** Runs on the bound buffers. */
  abstract void run();

  /** Releases what binding made. */
  void release() {}

  @Override
  public final void launch(Buffers buffers, Stream stream) {
    if (buffers != bound) {
      throw new IllegalStateException("this kernel is bound to other buffers");
    }
    run();
  }
}
