package dev.merapi.core.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in the Java heap: dense, row-major, in the machine's byte order; at most 2 GiB.
 *
 * <p>It is how values enter and leave a device. It owns no native memory, so it needs no closing.
 */
public final class HostTensor {
  private final TensorType type;
  private final ByteBuffer data;

  private HostTensor(TensorType type) {
    if (type.bytes() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(type + " needs more than 2 GiB");
    }
    this.type = type;
    this.data = ByteBuffer.allocate((int) type.bytes()).order(ByteOrder.nativeOrder());
  }

  /** A tensor of zeros. */
  public static HostTensor zeros(TensorType type) {
    return new HostTensor(type);
  }

  /** A tensor whose elements all have one value, converted as {@link DType#convert} says. */
  public static HostTensor filled(TensorType type, double value) {
    HostTensor tensor = new HostTensor(type);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, value);
    }
    return tensor;
  }

  /** A tensor of the given values in row-major order, converted as {@link DType#convert} says. */
  public static HostTensor of(TensorType type, double... values) {
    HostTensor tensor = new HostTensor(type);
    requireLength(type, values.length);
    for (int i = 0; i < values.length; i++) {
      tensor.set(i, values[i]);
    }
    return tensor;
  }

  /** An F32 tensor of the given values in row-major order. */
  public static HostTensor of(Shape shape, float... values) {
    HostTensor tensor = new HostTensor(new TensorType(DType.F32, shape));
    requireLength(tensor.type, values.length);
    tensor.data.asFloatBuffer().put(values);
    return tensor;
  }

  /** An F64 tensor of the given values in row-major order. */
  public static HostTensor of(Shape shape, double... values) {
    HostTensor tensor = new HostTensor(new TensorType(DType.F64, shape));
    requireLength(tensor.type, values.length);
    tensor.data.asDoubleBuffer().put(values);
    return tensor;
  }

  /** An I32 tensor of the given values in row-major order. */
  public static HostTensor of(Shape shape, int... values) {
    HostTensor tensor = new HostTensor(new TensorType(DType.I32, shape));
    requireLength(tensor.type, values.length);
    tensor.data.asIntBuffer().put(values);
    return tensor;
  }

  /** A U8 tensor of the given bytes, read as 0 to 255, in row-major order. */
  public static HostTensor of(Shape shape, byte... values) {
    HostTensor tensor = new HostTensor(new TensorType(DType.U8, shape));
    requireLength(tensor.type, values.length);
    tensor.bytes().put(values);
    return tensor;
  }

  private static void requireLength(TensorType type, int length) {
    if (type.shape().elements() != length) {
      throw new IllegalArgumentException(
          type + " has " + type.shape().elements() + " elements, found " + length + " values");
    }
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public DType dtype() {
    return type.dtype();
  }

  public int elements() {
    return type.shape().elements();
  }

  /** All bytes as a fresh view in native order, at position 0; writing to it writes the tensor. */
  public ByteBuffer bytes() {
    return data.duplicate().order(ByteOrder.nativeOrder()).clear();
  }

  /** The element at a row-major position. */
  public double get(int index) {
    return switch (type.dtype()) {
      case F32 -> data.getFloat(index * 4);
      case F64 -> data.getDouble(index * 8);
      case I32 -> data.getInt(index * 4);
      case U8 -> data.get(index) & 0xFF;
    };
  }

  /** Stores an element at a row-major position, converted as {@link DType#convert} says. */
  public void set(int index, double value) {
    switch (type.dtype()) {
      case F32 -> data.putFloat(index * 4, (float) value);
      case F64 -> data.putDouble(index * 8, value);
      case I32 -> data.putInt(index * 4, (int) value);
      case U8 -> data.put(index, (byte) DType.U8.convert(value));
    }
  }

  /** The only element of a tensor that has one. */
  public double item() {
    if (elements() != 1) {
      throw new IllegalStateException("item() needs one element, found " + type);
    }
    return get(0);
  }

  /** All elements in row-major order. */
  public double[] toDoubleArray() {
    double[] values = new double[elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i);
    }
    return values;
  }

  /** All elements of an F32 tensor in row-major order. */
  public float[] toFloatArray() {
    if (type.dtype() != DType.F32) {
      throw new IllegalStateException("toFloatArray() needs F32, found " + type);
    }
    float[] values = new float[elements()];
    bytes().asFloatBuffer().get(values);
    return values;
  }

  /** A copy with another element type, converted as {@link DType#convert} says. */
  public HostTensor to(DType dtype) {
    HostTensor copy = new HostTensor(type.withDType(dtype));
    for (int i = 0; i < elements(); i++) {
      copy.set(i, get(i));
    }
    return copy;
  }

  /** A copy with the same elements in another shape. */
  public HostTensor reshape(Shape shape) {
    HostTensor copy = new HostTensor(type.withShape(shape));
    requireLength(copy.type, elements());
    copy.bytes().put(bytes());
    return copy;
  }

  /** Whether the other tensor has the same type and the same bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof HostTensor tensor
        && type.equals(tensor.type)
        && Arrays.equals(data.array(), tensor.data.array());
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(data.array());
  }

  /** The type and the first elements. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(type.toString()).append(" {");
    for (int i = 0; i < Math.min(8, elements()); i++) {
      text.append(i == 0 ? "" : ", ").append(get(i));
    }
    return text.append(elements() > 8 ? ", ...}" : "}").toString();
  }
}
