package dev.merapi.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.loss.CtcDecoder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelErrorRateTest {
  /**
   * The textbook's recursion: the last labels are the same, or one is changed, extra or missing.
   */
  private static int distance(List<Integer> a, List<Integer> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.size() + b.size();
    }
    List<Integer> shorterA = a.subList(0, a.size() - 1);
    List<Integer> shorterB = b.subList(0, b.size() - 1);
    boolean same = a.get(a.size() - 1).equals(b.get(b.size() - 1));
    int changed = distance(shorterA, shorterB) + (same ? 0 : 1);
    return Math.min(changed, 1 + Math.min(distance(shorterA, b), distance(a, shorterB)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2, 0", "1, 4, 3, 1", "5, 1, 3, 0", "7, 4, 3, 2", "6, 6, 4, 0"})
  void countsTheEditsOfTheBestPath(int places, int labels, int classes, int blank) {
    int n = 8;
    Random random = new Random(places + labels);
    HostTensor logits = HostTensor.zeros(TensorType.f32(n, places, classes));
    for (int i = 0; i < logits.elements(); i++) {
      logits.set(i, random.nextGaussian());
    }
    HostTensor target = HostTensor.filled(new TensorType(DType.I32, Shape.of(n, labels)), blank);
    List<List<Integer>> found = CtcDecoder.greedy(logits, blank);
    double edits = 0;
    double all = 0;
    for (int row = 0; row < n; row++) {
      List<Integer> own =
          IntStream.range(0, random.nextInt(labels + 1))
              .mapToObj(i -> (blank + 1 + random.nextInt(classes - 1)) % classes)
              .toList();
      for (int i = 0; i < own.size(); i++) {
        target.set(row * labels + i, own.get(i));
      }
      edits += distance(found.get(row), own);
      all += own.size();
    }
    LabelErrorRate metric = new LabelErrorRate(blank, null);
    assertThat(metric.appliesTo(logits.type(), target.type())).isTrue();
    HostTensor zeros = HostTensor.zeros(metric.accumulator(logits.type()));
    HostTensor sums = MetricTest.accumulate(metric, zeros, logits, target);
    assertThat(sums.toDoubleArray()).containsExactly(edits, all);
    assertThat(metric.result(sums, n).item()).isCloseTo(edits / all, within(1e-12));
  }

  @Test
  void wantsPathsAndLabels() {
    TensorType labels = new TensorType(DType.I32, Shape.of(2, 3));
    assertThat(new LabelErrorRate().appliesTo(TensorType.f32(2, 3), labels)).isFalse();
    assertThat(new LabelErrorRate().appliesTo(TensorType.f32(3, 5, 4), labels)).isFalse();
    assertThat(new LabelErrorRate(4, -1).appliesTo(TensorType.f32(2, 5, 4), labels)).isFalse();
    assertThatThrownBy(() -> new LabelErrorRate(-1, null))
        .hasMessage("blank must be at least 0, found -1");
  }
}
