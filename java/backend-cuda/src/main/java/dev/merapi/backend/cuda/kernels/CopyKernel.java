package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaStream;
import jcuda.driver.JCudaDriver;

/** Copies a tensor as it is: what an assignment does. */
public final class CopyKernel extends CudaKernel {
  private CudaBuffer from;
  private CudaBuffer to;

  @Override
  protected void bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace) {
    from = inputs[0];
    to = outputs[0];
  }

  @Override
  protected void run(CudaStream stream) {
    JCudaDriver.cuMemcpyDtoDAsync(to.pointer(), from.pointer(), to.type().bytes(), stream.handle());
  }
}
