package dev.merapi.backend.cuda.runtime;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A point in a stream that the host or another stream can wait for; nothing until recorded. */
final class CudaEvent implements AutoCloseable {
  private final CUevent handle = new CUevent();

  CudaEvent() {
    JCudaDriver.cuEventCreate(handle, CUevent_flags.CU_EVENT_DISABLE_TIMING);
  }

  /** Stands for all that the stream has been given so far. */
  void record(CudaStream stream) {
    JCudaDriver.cuEventRecord(handle, stream.handle());
  }

  /** Lets what a stream is given from now on begin after it. */
  void await(CudaStream stream) {
    JCudaDriver.cuStreamWaitEvent(stream.handle(), handle, 0);
  }

  /** Waits on the host. */
  void synchronize() {
    JCudaDriver.cuEventSynchronize(handle);
  }

  @Override
  public void close() {
    JCudaDriver.cuEventDestroy(handle);
  }
}
