package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;
import jcuda.CudaException;
import jcuda.driver.JCudaDriver;

/** A tensor in {@link CudaMemory}. */
public final class CudaBuffer implements Buffer {
  private final CudaContext context;
  private final DevicePointer pointer;
  private final PhysicalType type;

  CudaBuffer(CudaContext context, DevicePointer pointer, PhysicalType type) {
    this.context = context;
    this.pointer = pointer;
    this.type = type;
  }

  /** Where it begins. */
  public DevicePointer pointer() {
    return pointer;
  }

  @Override
  public PhysicalType type() {
    return type;
  }

  @Override
  public void copyFromHost(HostTensor source) {
    context.use();
    try {
      context.staging().toDevice(source.bytes(), pointer);
    } catch (CudaException e) {
      throw context.failure(e);
    }
  }

  @Override
  public void copyFrom(Buffer source) {
    context.use();
    try {
      JCudaDriver.cuMemcpyDtoDAsync(
          pointer, ((CudaBuffer) source).pointer, type.bytes(), context.stream().handle());
    } catch (CudaException e) {
      throw context.failure(e);
    }
  }

  @Override
  public void copyToHost(HostTensor target) {
    context.use();
    try {
      context.staging().toHost(pointer, target.bytes());
    } catch (CudaException e) {
      throw context.failure(e);
    }
  }
}
