package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.BytePointer;

/** A tensor in {@link CpuMemory}. */
final class CpuBuffer implements Buffer {
  /** Below this many elements, copying one by one is faster than a call. */
  private static final int SHORT = 12;

  /** The most elements that are filled at a time, by a copy of those before: they stay in cache. */
  private static final int FILLED = 2048;

  private final BytePointer address;
  private final PhysicalType type;
  private final ByteBuffer bytes;
  private final FloatBuffer floats;
  private final IntBuffer ints;
  private final DoubleBuffer doubles;

  CpuBuffer(BytePointer address, PhysicalType type) {
    if (type.bytes() > Integer.MAX_VALUE) {
      throw new OutOfMemoryError("the cpu backend has at most 2 GiB for one tensor, found " + type);
    }
    this.address = address;
    this.type = type;
    bytes = address.capacity(type.bytes()).asByteBuffer();
    floats = bytes.asFloatBuffer();
    ints = bytes.asIntBuffer();
    doubles = bytes.asDoubleBuffer();
  }

  /** Where it begins. */
  BytePointer address() {
    return address;
  }

  /** The elements of an F32 tensor. */
  FloatBuffer floats() {
    return floats;
  }

  /** The elements of an I32 tensor. */
  IntBuffer ints() {
    return ints;
  }

  /** Copies some elements of an F32 tensor to the start of an array. */
  void load(int from, int count, float[] target) {
    load(from, count, target, 0);
  }

  /** Copies some elements of an F32 tensor into an array. */
  void load(int from, int count, float[] target, int at) {
    if (count < SHORT) {
      for (int i = 0; i < count; i++) {
        target[at + i] = floats.get(from + i);
      }
    } else {
      floats.get(from, target, at, count);
    }
  }

  /** Copies the start of an array to some elements of an F32 tensor. */
  void store(int from, int count, float[] source) {
    store(from, count, source, 0);
  }

  /** Copies a part of an array to some elements of an F32 tensor. */
  void store(int from, int count, float[] source, int at) {
    if (count < SHORT) {
      for (int i = 0; i < count; i++) {
        floats.put(from + i, source[at + i]);
      }
    } else {
      floats.put(from, source, at, count);
    }
  }

  /** Copies the bits of some elements of an F32 or I32 tensor to the start of an array. */
  void loadBits(int from, int count, int[] target) {
    loadBits(from, count, target, 0);
  }

  /** Copies the bits of some elements of an F32 or I32 tensor into an array. */
  void loadBits(int from, int count, int[] target, int at) {
    if (count < SHORT) {
      for (int i = 0; i < count; i++) {
        target[at + i] = ints.get(from + i);
      }
    } else {
      ints.get(from, target, at, count);
    }
  }

  /** Copies the start of an array to the bits of some elements of an F32 or I32 tensor. */
  void storeBits(int from, int count, int[] source) {
    storeBits(from, count, source, 0);
  }

  /** Copies a part of an array to the bits of some elements of an F32 or I32 tensor. */
  void storeBits(int from, int count, int[] source, int at) {
    if (count < SHORT) {
      for (int i = 0; i < count; i++) {
        ints.put(from + i, source[at + i]);
      }
    } else {
      ints.put(from, source, at, count);
    }
  }

  /** An element of any type. */
  double get(int index) {
    return switch (type.type().dtype()) {
      case F32 -> floats.get(index);
      case F64 -> doubles.get(index);
      case I32 -> ints.get(index);
      case U8 -> bytes.get(index) & 0xFF;
    };
  }

  /** Stores an element of any type, converted as {@link DType#convert} says. */
  void set(int index, double value) {
    switch (type.type().dtype()) {
      case F32 -> floats.put(index, (float) value);
      case F64 -> doubles.put(index, value);
      case I32 -> ints.put(index, (int) value);
      case U8 -> bytes.put(index, (byte) DType.U8.convert(value));
    }
  }

  /** Copies neighbouring elements from another tensor of the same element type. */
  void copy(int to, CpuBuffer source, int from, int count) {
    int size = type.type().dtype().bytes();
    bytes.put(to * size, source.bytes, from * size, count * size);
  }

  /** Copies elements that lie some steps apart from another tensor of the same element type. */
  void copy(int to, int step, CpuBuffer source, int from, int sourceStep, int count) {
    if (step == 1 && sourceStep == 1 && count >= SHORT) {
      copy(to, source, from, count);
    } else if (type.type().dtype().bytes() == Integer.BYTES) {
      for (int i = 0; i < count; i++) {
        ints.put(to + i * step, source.ints.get(from + i * sourceStep));
      }
    } else {
      for (int i = 0; i < count; i++) {
        set(to + i * step, source.get(from + i * sourceStep));
      }
    }
  }

  /** Gives all elements one value. */
  void fill(double value) {
    int elements = type.type().shape().elements();
    // The first one, then as many again as there are.
    set(0, value);
    for (int done = 1; done < elements; done += Math.min(done, FILLED)) {
      copy(done, this, 0, Math.min(Math.min(done, FILLED), elements - done));
    }
  }

  @Override
  public PhysicalType type() {
    return type;
  }

  @Override
  public void copyFromHost(HostTensor source) {
    requireType(source);
    bytes.put(0, source.bytes(), 0, (int) type.bytes());
  }

  @Override
  public void copyFrom(Buffer source) {
    bytes.put(0, ((CpuBuffer) source).bytes, 0, (int) type.bytes());
  }

  @Override
  public void copyToHost(HostTensor target) {
    requireType(target);
    target.bytes().put(0, bytes, 0, (int) type.bytes());
  }

  private void requireType(HostTensor tensor) {
    if (!tensor.type().equals(type.type())) {
      throw new IllegalArgumentException("expected " + type.type() + ", found " + tensor.type());
    }
  }
}
