package dev.merapi.backend.cuda.runtime;

import jcuda.driver.CUdeviceptr;

/** A place in device memory whose address kernels can be given. */
public final class DevicePointer extends CUdeviceptr {
  /** A place that a call of JCuda will tell. */
  public DevicePointer() {}

  private DevicePointer(CUdeviceptr base, long offset) {
    super(base, offset);
  }

  /** So many bytes further on. */
  public DevicePointer plus(long offset) {
    return offset == 0 ? this : new DevicePointer(this, offset);
  }

  /** The device's own address. */
  public long address() {
    return getNativePointer() + getByteOffset();
  }
}
