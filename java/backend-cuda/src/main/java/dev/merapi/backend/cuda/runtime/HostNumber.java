package dev.merapi.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;

/**
 * Single numbers in native memory: libraries read the factors of their results there. A pointer to
 * a Java array would hold the garbage collector up while a library works.
 */
public final class HostNumber {
  private HostNumber() {}

  public static Pointer float32(float value) {
    return Pointer.to(direct().putFloat(0, value));
  }

  public static Pointer float64(double value) {
    return Pointer.to(direct().putDouble(0, value));
  }

  private static ByteBuffer direct() {
    return ByteBuffer.allocateDirect(Double.BYTES).order(ByteOrder.nativeOrder());
  }
}
