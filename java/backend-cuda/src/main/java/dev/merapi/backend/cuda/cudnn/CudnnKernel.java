package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaStream;
import jcuda.CudaException;

/** A kernel that is one call of cuDNN. Its descriptors live as long as it is bound. */
final class CudnnKernel extends CudaKernel {
  private final String asked;
  private final String variant;
  private final long workspaceBytes;
  private final Binder binder;
  private Descriptors descriptors;
  private Runnable call;

  /** Makes the call, when the buffers are known. */
  @FunctionalInterface
  interface Binder {
    Runnable bind(
        Descriptors descriptors, CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace);
  }

  /** A call without a workspace. */
  CudnnKernel(String asked, Binder binder) {
    this(asked, "cudnn", 0, binder);
  }

  /**
   * A call.
   *
   * @param asked what it computes, for errors
   */
  CudnnKernel(String asked, String variant, long workspaceBytes, Binder binder) {
    this.asked = asked;
    this.variant = variant;
    this.workspaceBytes = workspaceBytes;
    this.binder = binder;
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  public String variant() {
    return variant;
  }

  @Override
  protected void bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace) {
    descriptors = new Descriptors();
    try {
      call = binder.bind(descriptors, inputs, outputs, workspace);
    } catch (CudaException e) {
      release();
      throw Cudnn.failure(asked, e);
    }
  }

  @Override
  protected void run(CudaStream stream) {
    try {
      call.run();
    } catch (CudaException e) {
      throw Cudnn.failure(asked, e);
    }
  }

  @Override
  public void release() {
    call = null;
    if (descriptors != null) {
      descriptors.close();
      descriptors = null;
    }
  }
}
