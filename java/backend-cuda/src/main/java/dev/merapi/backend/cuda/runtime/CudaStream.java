package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Stream;
import jcuda.CudaException;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A queue of work on the device. */
public final class CudaStream implements Stream, AutoCloseable {
  /** Set to {@code true}, each kernel is waited for, so that an error comes where it arises. */
  private static final String SYNCHRONOUS = "merapi.cuda.sync";

  private final CudaContext context;
  private final Handle handle = new Handle();
  private final boolean synchronous = Boolean.getBoolean(SYNCHRONOUS);

  /** What JCuda otherwise keeps to itself. */
  private static final class Handle extends CUstream {
    long address() {
      return getNativePointer();
    }
  }

  CudaStream(CudaContext context) {
    this.context = context;
    JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING);
  }

  /** For calls of JCuda. */
  public CUstream handle() {
    return handle;
  }

  /** For native calls of our own. */
  public long address() {
    return handle.address();
  }

  /** Whether each kernel is waited for. */
  public boolean isSynchronous() {
    return synchronous;
  }

  /** To be called after each kernel. */
  public void launched() {
    if (synchronous) {
      synchronize();
    }
  }

  /** As {@link CudaContext#failure}. */
  public RuntimeException failure(RuntimeException e) {
    return context.failure(e);
  }

  @Override
  public void synchronize() {
    try {
      JCudaDriver.cuStreamSynchronize(handle);
    } catch (CudaException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    JCudaDriver.cuStreamDestroy(handle);
  }
}
