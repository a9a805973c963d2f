package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.tensor.Shape;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where each weight must lie, by the definition of oneDNN's layouts. */
class FilterReorderTest {
  @BeforeEach
  void needsLoops() {
    assumeTrue(Natives.availability().usable() && NativeLoops.available(), "no native loops");
  }

  private static memory.desc layout(Shape shape, format_tag tag) {
    return new memory.desc(Dnnl.longs(shape.toArray()), memory.data_type.f32, tag);
  }

  @ParameterizedTest
  @CsvSource({
    "32, 5, 3, 3, 1",
    "40, 33, 3, 3, 2",
    "1, 1, 5, 5, 2",
    "65, 7, 1, 1, 1",
    "96, 48, 3, 2, 2",
  })
  void blocksOfOutputs(int o, int i, int h, int w, int threads) {
    Shape shape = Shape.of(o, i, h, w);
    float[] found = reorder(shape, format_tag.Acdb32a, threads);
    for (int at = 0; at < found.length; at++) {
      int within = at % 32;
      int input = at / 32 % i;
      int position = at / 32 / i % (h * w);
      int output = at / 32 / i / (h * w) * 32 + within;
      int expected = output < o ? (output * i + input) * h * w + position + 1 : 0;
      assertThat(found[at]).as("element %d", at).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 64, 3, 3, 1", "33, 70, 3, 3, 2", "1, 1, 5, 5, 2", "48, 96, 3, 2, 2"})
  void blocksOfInputs(int o, int i, int h, int w, int threads) {
    Shape shape = Shape.of(o, i, h, w);
    float[] found = reorder(shape, format_tag.Bcda64b, threads);
    for (int at = 0; at < found.length; at++) {
      int output = at / 64 % o;
      int position = at / 64 / o % (h * w);
      int input = at / 64 / o / (h * w) * 64 + at % 64;
      int expected = input < i ? (output * i + input) * h * w + position + 1 : 0;
      assertThat(found[at]).as("element %d", at).isEqualTo(expected);
    }
  }

  /** Of filters that hold the numbers from 1 on; the target is full of other numbers before. */
  private static float[] reorder(Shape shape, format_tag tag, int threads) {
    memory.desc to = layout(shape, tag);
    int size = (int) (to.get_size() / Float.BYTES);
    float[] result = new float[size];
    try (FloatPointer source = new FloatPointer(shape.elements());
        FloatPointer target = new FloatPointer(size)) {
      for (int i = 0; i < shape.elements(); i++) {
        source.put(i, i + 1);
      }
      for (int i = 0; i < size; i++) {
        target.put(i, Float.NaN);
      }
      FilterReorder reorder = FilterReorder.find(Dnnl.dense(shape), to, threads);
      assertThat(reorder).isNotNull();
      try (Bound bound = reorder.bind(source, target)) {
        bound.run();
      }
      target.get(result);
    }
    return result;
  }

  @Test
  void leavesOtherLayoutsToOneDnn() {
    Shape shape = Shape.of(32, 32, 3, 3);
    memory.desc dense = Dnnl.dense(shape);
    assertThat(FilterReorder.find(dense, layout(shape, format_tag.ABcd16b16a), 1)).isNull();
    assertThat(FilterReorder.find(layout(shape, format_tag.acdb), dense, 1)).isNull();
    memory.desc matrix = Dnnl.dense(Shape.of(8, 8));
    assertThat(FilterReorder.find(matrix, matrix, 1)).isNull();
  }
}
