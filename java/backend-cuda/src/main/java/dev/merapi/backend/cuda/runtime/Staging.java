package dev.merapi.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Pinned host memory through which tensors go to the device and back, a piece at a time. */
final class Staging implements AutoCloseable {
  private static final int BYTES = 4 << 20;

  private final Pointer pinned = new Pointer();
  private final ByteBuffer bytes;
  private final CudaStream stream;

  Staging(CudaStream stream) {
    this.stream = stream;
    JCudaDriver.cuMemHostAlloc(pinned, BYTES, 0);
    bytes = pinned.getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder());
  }

  /** Copies all bytes of a tensor; returns when the source may be changed. */
  void toDevice(ByteBuffer source, DevicePointer target) {
    for (int at = 0; at < source.capacity(); at += BYTES) {
      int count = Math.min(BYTES, source.capacity() - at);
      stream.synchronize();
      bytes.put(0, source, at, count);
      JCudaDriver.cuMemcpyHtoDAsync(
          at == 0 ? target : target.plus(at), pinned, count, stream.handle());
    }
  }

  /** Copies all bytes of a tensor and waits for them. */
  void toHost(DevicePointer source, ByteBuffer target) {
    for (int at = 0; at < target.capacity(); at += BYTES) {
      int count = Math.min(BYTES, target.capacity() - at);
      JCudaDriver.cuMemcpyDtoHAsync(
          pinned, at == 0 ? source : source.plus(at), count, stream.handle());
      stream.synchronize();
      target.put(at, bytes, 0, count);
    }
  }

  @Override
  public void close() {
    JCudaDriver.cuMemFreeHost(pinned);
  }
}
