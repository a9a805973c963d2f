package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUfunction;

/**
 * Makes each element of the padded tensor at once: it is one of the input or the value. Axes that
 * nothing is put on count as one with the next outer one.
 */
final class PadKernel {
  private PadKernel() {}

  /** Of the output; innermost first. Every distance-th from before on is one of those kept. */
  private record Axis(int size, int before, int distance, int kept) {
    boolean isWhole() {
      return size == kept;
    }

    /** This axis and an outer one, nothing being put on this one or between that one's. */
    Axis within(Axis outer) {
      return new Axis(size * outer.size, size * outer.before, 1, size * outer.kept);
    }

    boolean fits(int width) {
      return distance == 1 && size % width == 0 && before % width == 0 && kept % width == 0;
    }
  }

  static CudaKernel create(
      Pad op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    DType dtype = outputs.get(0).dtype();
    List<Axis> axes = axes(op, inputs.get(0), outputs.get(0));
    int elements = outputs.get(0).shape().elements();
    long value = bits(op.value(), dtype);
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          boolean packed = Packs.canBeginAt(List.of(in[0], out[0])) && !axes.isEmpty();
          int width = packed ? Packs.size(dtype) : 1;
          while (width > 1 && !axes.get(0).fits(width)) {
            width /= 2;
          }
          int units = elements / width;
          CUfunction function = context.function("copy.cu", "pad_" + width * dtype.bytes());
          Launch.Builder launch = LaunchKernel.grid(Launch.of(function), units, context);
          launch.pointer(in[0]).pointer(out[0]).int32(units).int64(value);
          set(launch, width == 1 ? axes : widen(axes, width));
          return List.of(launch.build());
        });
  }

  /** In units of so many elements. */
  private static List<Axis> widen(List<Axis> axes, int width) {
    List<Axis> widened = new ArrayList<>(axes);
    Axis inner = axes.get(0);
    widened.set(0, new Axis(inner.size / width, inner.before / width, 1, inner.kept / width));
    return widened;
  }

  private static List<Axis> axes(Pad op, TensorType x, TensorType y) {
    List<Axis> axes = new ArrayList<>();
    for (int a = y.shape().rank() - 1; a >= 0; a--) {
      Axis axis =
          new Axis(
              y.shape().dim(a), op.before().get(a), op.interior().get(a) + 1, x.shape().dim(a));
      Axis inner = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      if (inner != null && inner.isWhole() && (axis.distance == 1 || axis.kept == 1)) {
        axes.set(axes.size() - 1, inner.within(axis));
      } else if (axis.size > 1) {
        axes.add(axis);
      }
    }
    return axes;
  }

  /** The value's bits, again and again until there are eight bytes of them. */
  private static long bits(double value, DType dtype) {
    return switch (dtype) {
      case F32 -> twice(Float.floatToRawIntBits((float) value));
      case F64 -> Double.doubleToRawLongBits(value);
      case I32 -> twice((int) value);
      case U8 -> twice((int) dtype.convert(value) * 0x01010101);
    };
  }

  private static long twice(int bits) {
    return Integer.toUnsignedLong(bits) | (long) bits << Integer.SIZE;
  }

  private static void set(Launch.Builder launch, List<Axis> axes) {
    launch.int32(axes.size());
    int step = 1;
    for (Axis axis : axes) {
      Divisor.set(launch, axis.size);
      launch.int32(axis.before).int32(axis.distance).int32(axis.kept).int32(step);
      step *= axis.kept;
    }
    int unused = (StridedCopy.MOST_AXES - axes.size()) * (Divisor.FIELDS + 4);
    for (int i = 0; i < unused; i++) {
      launch.int32(0);
    }
  }
}
