package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Stream;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A queue of work on the device. */
public final class CudaStream implements Stream, AutoCloseable {
  private final CUstream handle = new CUstream();

  CudaStream() {
    JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING);
  }

  /** For calls of JCuda. */
  public CUstream handle() {
    return handle;
  }

  @Override
  public void synchronize() {
    JCudaDriver.cuStreamSynchronize(handle);
  }

  @Override
  public void close() {
    JCudaDriver.cuStreamDestroy(handle);
  }
}
