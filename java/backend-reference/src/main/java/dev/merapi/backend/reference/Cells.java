package dev.merapi.backend.reference;

import dev.merapi.core.tensor.DType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The elements of one tensor as real numbers, whatever their element type. Kernels compute in F64
 * and are written once.
 */
abstract class Cells {
  private static final VarHandle FLOATS = view(float[].class);
  private static final VarHandle DOUBLES = view(double[].class);
  private static final VarHandle INTS = view(int[].class);

  /** The element at a row-major position. */
  abstract double get(int index);

  /** Stores an element, converted as {@link DType#convert} says. */
  abstract void set(int index, double value);

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.nativeOrder());
  }

  /** The elements of this type from this byte on. */
  static Cells of(DType dtype, byte[] bytes, int start) {
    return switch (dtype) {
      case F32 -> new F32(bytes, start);
      case F64 -> new F64(bytes, start);
      case I32 -> new I32(bytes, start);
      case U8 -> new U8(bytes, start);
    };
  }

  private static final class F32 extends Cells {
    private final byte[] bytes;
    private final int start;

    F32(byte[] bytes, int start) {
      this.bytes = bytes;
      this.start = start;
    }

    @Override
    double get(int index) {
      return (float) FLOATS.get(bytes, start + index * 4);
    }

    @Override
    void set(int index, double value) {
      FLOATS.set(bytes, start + index * 4, (float) value);
    }
  }

  private static final class F64 extends Cells {
    private final byte[] bytes;
    private final int start;

    F64(byte[] bytes, int start) {
      this.bytes = bytes;
      this.start = start;
    }

    @Override
    double get(int index) {
      return (double) DOUBLES.get(bytes, start + index * 8);
    }

    @Override
    void set(int index, double value) {
      DOUBLES.set(bytes, start + index * 8, value);
    }
  }

  private static final class I32 extends Cells {
    private final byte[] bytes;
    private final int start;

    I32(byte[] bytes, int start) {
      this.bytes = bytes;
      this.start = start;
    }

    @Override
    double get(int index) {
      return (int) INTS.get(bytes, start + index * 4);
    }

    @Override
    void set(int index, double value) {
      INTS.set(bytes, start + index * 4, (int) value);
    }
  }

  private static final class U8 extends Cells {
    private final byte[] bytes;
    private final int start;

    U8(byte[] bytes, int start) {
      this.bytes = bytes;
      this.start = start;
    }

    @Override
    double get(int index) {
      return bytes[start + index] & 0xFF;
    }

    @Override
    void set(int index, double value) {
      bytes[start + index] = (byte) DType.U8.convert(value);
    }
  }
}
