package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;
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
    context.staging().toDevice(source.bytes(), pointer);
  }

  @Override
  public void copyFrom(Buffer source) {
    context.use();
    JCudaDriver.cuMemcpyDtoDAsync(
        pointer, ((CudaBuffer) source).pointer, type.bytes(), context.stream().handle());
  }

  @Override
  public void copyToHost(HostTensor target) {
    context.use();
    context.staging().toHost(pointer, target.bytes());
  }
}
