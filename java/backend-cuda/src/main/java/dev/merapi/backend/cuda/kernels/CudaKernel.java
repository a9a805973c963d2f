package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaStream;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Buffers;
import dev.merapi.core.backend.Kernel;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A kernel that gets to know its buffers before it runs, so that running makes no objects. */
public abstract class CudaKernel implements Kernel {
  private Buffers bound;

  /** Makes a kernel for an op on given types; here shapes are looked at, not when it runs. */
  @FunctionalInterface
  public interface Factory<O> {
    CudaKernel create(O op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context);
  }

  /** Scratch memory that it needs while it runs. */
  public long workspaceBytes() {
    return 0;
  }

  /** More about how it works, for its name; empty when there is nothing to say. */
  public String variant() {
    return "";
  }

  /** Takes the buffers of all following launches. */
  public final void bind(Buffers buffers) {
    release();
    bound = buffers;
    bind(
        buffers.inputs().stream().map(CudaKernel::cast).toArray(CudaBuffer[]::new),
        buffers.outputs().stream().map(CudaKernel::cast).toArray(CudaBuffer[]::new),
        cast(buffers.workspace()));
  }

  private static CudaBuffer cast(Buffer buffer) {
    return (CudaBuffer) buffer;
  }

  /** Takes the buffers; the workspace is null when none was asked for. */
  protected abstract void bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace);

  /** Enqueues the work on the bound buffers. */
  protected abstract void run(CudaStream stream);

  /**
   * Releases what binding made. Making a kernel makes nothing that must be released, for a prepared
   * program may never be bound.
   */
  public void release() {}

  @Override
  public final void launch(Buffers buffers, Stream stream) {
    if (buffers != bound) {
      throw new IllegalStateException("this kernel is bound to other buffers");
    }
    CudaStream queue = (CudaStream) stream;
    try {
      run(queue);
      queue.launched();
    } catch (RuntimeException e) {
      throw queue.failure(e);
    }
  }
}
