package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Outputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CtcTest {
  private static final int FILL = -7;

  private static HostTensor logits(int n, int places, int classes, int seed) {
    Random random = new Random(seed);
    HostTensor logits = HostTensor.zeros(new TensorType(DType.F64, Shape.of(n, places, classes)));
    for (int i = 0; i < logits.elements(); i++) {
      logits.set(i, 2 * random.nextGaussian());
    }
    return logits;
  }

  private static double loss(Ctc ctc, HostTensor logits, int... labels) {
    return lossAndGrad(ctc, logits, labels)[0];
  }

  /** The loss of one sequence, then its gradient by the logits. */
  private static double[] lossAndGrad(Ctc ctc, HostTensor logits, int... labels) {
    HostTensor target = HostTensor.of(Shape.of(1, labels.length), labels);
    try (LossCase.Run run = new LossCase("", ctc, logits, target, 0).open(logits.dtype())) {
      double[] grad = run.grad.toDoubleArray();
      double[] all = new double[grad.length + 1];
      all[0] = run.loss.item();
      System.arraycopy(grad, 0, all, 1, grad.length);
      return all;
    }
  }

  /** The labels of a path whose classes are the digits of a number. */
  private static List<Integer> collapsed(int path, int places, int classes, int blank) {
    List<Integer> labels = new ArrayList<>();
    int before = blank;
    for (int t = 0; t < places; t++, path /= classes) {
      int own = path % classes;
      if (own != before && own != blank) {
        labels.add(own);
      }
      before = own;
    }
    return labels;
  }

  /** The probability of labels, by adding up those of all paths. */
  private static double likelihood(HostTensor logits, List<Integer> labels, int blank) {
    int places = logits.shape().dim(1);
    int classes = logits.shape().dim(2);
    double sum = 0;
    for (int path = 0; path < Math.pow(classes, places); path++) {
      if (!collapsed(path, places, classes, blank).equals(labels)) {
        continue;
      }
      double product = 1;
      for (int t = 0, rest = path; t < places; t++, rest /= classes) {
        double total = 0;
        for (int c = 0; c < classes; c++) {
          total += Math.exp(logits.get(t * classes + c));
        }
        product *= Math.exp(logits.get(t * classes + rest % classes)) / total;
      }
      sum += product;
    }
    return sum;
  }

  /** All label sequences of up to three labels, most of which have a path. */
  @ParameterizedTest
  @CsvSource({"1, 3, 0", "2, 3, 0", "3, 3, 1", "4, 3, 2", "5, 3, 0", "5, 2, 1"})
  void equalsTheSumOverAllPaths(int places, int classes, int blank) {
    HostTensor logits = logits(1, places, classes, places);
    Ctc ctc = new Ctc().blank(blank).ignoreIndex(FILL);
    int possible = 0;
    for (int code = 0; code < Math.pow(classes, 3); code++) {
      int[] digits = {code % classes, code / classes % classes, code / classes / classes};
      int count = (int) Arrays.stream(digits).takeWhile(digit -> digit != blank).count();
      if (Arrays.stream(digits).skip(count).anyMatch(digit -> digit != blank)) {
        continue; // a blank within the labels
      }
      List<Integer> labels = Arrays.stream(digits).limit(count).boxed().toList();
      int[] filled = Arrays.stream(digits).map(digit -> digit == blank ? FILL : digit).toArray();
      double expected = likelihood(logits, labels, blank);
      double found = loss(ctc, logits, filled);
      if (expected == 0) {
        assertThat(found).as("%s", labels).isEqualTo(Double.POSITIVE_INFINITY);
      } else {
        possible++;
        double mean = -Math.log(expected) / Math.max(1, count);
        assertThat(found).as("%s", labels).isCloseTo(mean, within(1e-9));
        assertThat(loss(new Ctc().blank(blank), logits, digits)).isEqualTo(found);
      }
    }
    assertThat(possible).isGreaterThanOrEqualTo(Math.min(places, 3) + 1);
  }

  /** Between equal labels there is a blank: three places for two of them. */
  @Test
  void withoutAPathItIsInfiniteOrZero() {
    HostTensor logits = logits(1, 2, 3, 1);
    double[] none = lossAndGrad(new Ctc(), logits, 1, 1);
    assertThat(none[0]).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Arrays.copyOfRange(none, 1, none.length)).containsOnly(0);
    assertThat(lossAndGrad(new Ctc().zeroInfinity(true), logits, 1, 1)).containsOnly(0);
    assertThat(loss(new Ctc(), logits, 1, 2)).isFinite();
    assertThat(loss(new Ctc(), logits, 1, 3)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(loss(new Ctc(), logits, 1, -1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(loss(new Ctc(), logits.to(DType.F32), 1, 1)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void aSequenceOfSeveralDoesNotDisturbTheOthers() {
    HostTensor logits = logits(2, 2, 3, 1);
    HostTensor target = HostTensor.of(Shape.of(2, 2), 1, 1, 1, 2);
    LossCase both = new LossCase("", new Ctc().zeroInfinity(true), logits, target, 0);
    double[] second = Arrays.copyOfRange(logits.toDoubleArray(), 6, 12);
    double alone = loss(new Ctc(), LossCases.numbers(Shape.of(1, 2, 3), second), 1, 2);
    try (LossCase.Run run = both.open(DType.F64)) {
      assertThat(run.loss.item()).isCloseTo(alone / 2, within(1e-12));
      assertThat(Arrays.copyOf(run.grad.toDoubleArray(), 6)).containsOnly(0);
    }
  }

  /** A NaN is no sequence without a path: it must not be hidden. */
  @Test
  void nanStays() {
    HostTensor logits = logits(1, 3, 3, 1);
    logits.set(4, Double.NaN);
    assertThat(loss(new Ctc().zeroInfinity(true), logits, 1, 2)).isNaN();
  }

  @Test
  void classesOfProbabilityZeroAreNoTrouble() {
    HostTensor logits = logits(1, 3, 3, 1);
    logits.set(0, Double.NEGATIVE_INFINITY);
    double[] found = lossAndGrad(new Ctc(), logits, 1, 2);
    double expected = likelihood(logits, List.of(1, 2), 0);
    assertThat(found[0]).isCloseTo(-Math.log(expected) / 2, within(1e-9));
    assertThat(found).doesNotContain(Double.NaN);
  }

  /** Of T places, T (T + 1) / 2 paths give one certain label; each has probability C^-T. */
  @Test
  void longSequencesNeitherUnderflowNorLosePrecision() {
    HostTensor logits = HostTensor.zeros(TensorType.f32(1, 300, 5));
    double expected = 300 * Math.log(5) - Math.log(300 * 301 / 2);
    assertThat(loss(new Ctc(), logits, 3)).isCloseTo(expected, within(1e-5 * expected));
  }

  @Test
  void theSecondTargetIsTheLengths() {
    Graph graph = new Graph("", 1);
    Value x = Input.of(graph, "x", TensorType.f32(2, 3, 4));
    Value y = Input.of(graph, "y", new TensorType(DType.I32, Shape.of(2, 2)));
    Value lengths = Input.of(graph, "lengths", new TensorType(DType.I32, Shape.of(3)));
    assertThatThrownBy(() -> new Ctc().build(Outputs.of(x), List.of(y, lengths)))
        .isInstanceOf(GraphException.class)
        .hasMessage("ctc: expected input lengths I32[2] as the second target, found I32[3]");
    assertThatThrownBy(() -> new Ctc().build(Outputs.of(x), List.of(y, y, y)))
        .hasMessageContaining("found outputs [output] and 3 targets");
  }

  @Test
  void greedyDecodingJoinsRepetitionsThenLeavesOutBlanks() {
    HostTensor logits = HostTensor.zeros(TensorType.f32(2, 6, 3));
    int[] paths = {1, 1, 0, 1, 2, 2, 0, 0, 2, 0, 0, 1};
    for (int i = 0; i < paths.length; i++) {
      logits.set(3 * i + paths[i], 1 + i);
    }
    assertThat(CtcDecoder.greedy(logits, 0)).containsExactly(List.of(1, 1, 2), List.of(2, 1));
    assertThat(CtcDecoder.greedy(logits, 0, 4, 5)).containsExactly(List.of(1, 1), List.of(2));
    assertThat(CtcDecoder.greedy(logits, 1)).containsExactly(List.of(0, 2), List.of(0, 2, 0));
    assertThatThrownBy(() -> CtcDecoder.greedy(logits, 3)).hasMessageContaining("more than 3");
    assertThatThrownBy(() -> CtcDecoder.greedy(logits, 0, 4))
        .hasMessage("expected 2 lengths, found 1");
    assertThatThrownBy(() -> CtcDecoder.greedy(logits, 0, 4, 7))
        .hasMessage("expected lengths from 0 to 6, found 7");
  }

  /** With a wide beam, the labels whose paths together are the most probable of all. */
  @ParameterizedTest
  @CsvSource({"1, 3, 0", "2, 3, 0", "3, 3, 1", "4, 3, 2", "5, 3, 0", "6, 2, 1"})
  void aWideBeamFindsTheBestOfAllLabels(int places, int classes, int blank) {
    for (int seed = 0; seed < 10; seed++) {
      HostTensor logits = logits(1, places, classes, seed);
      Set<List<Integer>> all = new LinkedHashSet<>();
      for (int path = 0; path < Math.pow(classes, places); path++) {
        all.add(collapsed(path, places, classes, blank));
      }
      List<Integer> best =
          all.stream()
              .max(Comparator.comparingDouble(labels -> likelihood(logits, labels, blank)))
              .orElseThrow();
      assertThat(CtcDecoder.beam(logits, blank, all.size())).containsExactly(best);
    }
  }

  /** The best path gives no label, but the three other paths give one. */
  @Test
  void pathsOfTheSameLabelsAreAddedUp() {
    HostTensor logits = HostTensor.zeros(new TensorType(DType.F64, Shape.of(1, 2, 2)));
    for (int t = 0; t < 2; t++) {
      logits.set(2 * t, Math.log(0.6));
      logits.set(2 * t + 1, Math.log(0.4));
    }
    assertThat(CtcDecoder.greedy(logits, 0)).containsExactly(List.of());
    assertThat(CtcDecoder.beam(logits, 0, 3)).containsExactly(List.of(1));
    assertThat(CtcDecoder.beam(logits, 0, 3, 0)).containsExactly(List.of());
    assertThatThrownBy(() -> CtcDecoder.beam(logits, 0, 0))
        .hasMessage("width must be at least 1, found 0");
    assertThatThrownBy(() -> CtcDecoder.beam(logits, 2, 1))
        .hasMessageStartingWith("beam: expected");
  }
}
