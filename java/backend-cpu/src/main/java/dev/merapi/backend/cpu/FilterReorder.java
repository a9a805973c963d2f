package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Shape;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Lays filters O I H W out as oneDNN's fastest convolutions read them: with blocks of output
 * channels side by side, or of input channels for the gradient of the input. What it does not know
 * is left to oneDNN's own reorder, which takes three times as long.
 */
final class FilterReorder {
  /** The elements from which on threads share the work. */
  private static final int WORTH_SHARING = 1 << 14;

  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout(format_tag.Acdb16a, 16, true),
          new Layout(format_tag.Acdb32a, 32, true),
          new Layout(format_tag.Acdb48a, 48, true),
          new Layout(format_tag.Acdb64a, 64, true),
          new Layout(format_tag.Bcda16b, 16, false),
          new Layout(format_tag.Bcda32b, 32, false),
          new Layout(format_tag.Bcda48b, 48, false),
          new Layout(format_tag.Bcda64b, 64, false));

  private final Shape shape;
  private final Layout layout;
  private final int threads;

  private FilterReorder(Shape shape, Layout layout, int threads) {
    this.shape = shape;
    this.layout = layout;
    this.threads = shape.elements() >= WORTH_SHARING ? threads : 1;
  }

  /** Blocks of so many output channels, or of input channels. */
  private record Layout(format_tag tag, int block, boolean outputs) {
    memory.desc of(Shape shape) {
      return new memory.desc(Dnnl.longs(shape.toArray()), memory.data_type.f32, tag);
    }
  }

  /** From one layout to another; null where oneDNN is to do it. */
  static FilterReorder find(memory.desc from, memory.desc to, int threads) {
    if (!NativeLoops.available() || from.get_ndims() != 4) {
      return null;
    }
    int[] dims = new int[4];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Math.toIntExact(from.get_dims().get(i));
    }
    Shape shape = Shape.of(dims);
    if (!from.equals(Dnnl.dense(shape))) {
      return null;
    }
    return LAYOUTS.stream()
        .filter(layout -> layout.of(shape).equals(to))
        .findFirst()
        .map(layout -> new FilterReorder(shape, layout, threads))
        .orElse(null);
  }

  /** From one place to another, with the numbers that {@code filters.h} declares. */
  Bound bind(Pointer source, Pointer target) {
    int positions = shape.dim(2) * shape.dim(3);
    int filter = shape.dim(1) * positions;
    boolean outputs = layout.outputs();
    LongPointer numbers =
        new LongPointer(
            source.address(),
            target.address(),
            threads,
            shape.dim(outputs ? 0 : 1),
            outputs ? filter : positions,
            layout.block(),
            shape.dim(outputs ? 1 : 0),
            outputs ? positions : filter,
            positions);
    long address = numbers.address();
    return new Bound() {
      @Override
      public void run() {
        NativeLoops.reorderFilters(address);
      }

      @Override
      public void close() {
        numbers.close();
      }
    };
  }
}
