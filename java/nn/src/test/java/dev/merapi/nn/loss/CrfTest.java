package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.init.Normal;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layer crf, its loss and its decoding against all label sequences there are. */
class CrfTest {
  private static final int LABELS = 3;

  private final Build build = Build.training();

  private static HostTensor emissions(int n, int places) {
    Random random = new Random(n + places);
    HostTensor x = HostTensor.zeros(TensorType.f32(n, places, LABELS));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, random.nextGaussian());
    }
    return x;
  }

  private Value scores(HostTensor x) {
    Value input = Input.of(build.net().graph(), "x", x.type());
    // strong enough that the best label of a place alone is often not the best of the sequence
    return build.net().apply("it", new dev.merapi.nn.layer.Crf(new Normal(0, 2)), input);
  }

  private double[] variable(String name) {
    return build.variable("it." + name).initial().get().toDoubleArray();
  }

  private static int[] digits(int code, int places) {
    int[] labels = new int[places];
    for (int t = 0; t < places; t++, code /= LABELS) {
      labels[t] = code % LABELS;
    }
    return labels;
  }

  /** Lample et al., equation before (1): emissions and transitions, with start and end. */
  private double score(HostTensor x, int n, int[] labels) {
    double sum = variable("start")[labels[0]] + variable("end")[labels[labels.length - 1]];
    for (int t = 0; t < labels.length; t++) {
      sum += x.get((n * x.shape().dim(1) + t) * LABELS + labels[t]);
      sum += t == 0 ? 0 : variable("transitions")[labels[t - 1] * LABELS + labels[t]];
    }
    return sum;
  }

  private double negativeLogLikelihood(HostTensor x, int n, int[] labels) {
    double total = 0;
    for (int code = 0; code < Math.pow(LABELS, labels.length); code++) {
      total += Math.exp(score(x, n, digits(code, labels.length)));
    }
    return Math.log(total) - score(x, n, labels);
  }

  private int[] best(HostTensor x, int n, int places) {
    int[] best = digits(0, places);
    for (int code = 0; code < Math.pow(LABELS, places); code++) {
      int[] labels = digits(code, places);
      best = score(x, n, labels) > score(x, n, best) ? labels : best;
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void lossEqualsTheSumOverAllSequences(int places) {
    HostTensor x = emissions(2, places);
    int[] labels = digits(7 * 81 + 2 * 9 + 5, 2 * places);
    HostTensor target = HostTensor.of(Shape.of(2, places), labels);
    Value y = Input.of(build.net().graph(), "y", target.type());
    Value loss = new Crf().build(scores(x), y);
    double found = build.run(loss, Map.of("x", x, "y", target)).get("y").item();

    double first = negativeLogLikelihood(x, 0, Arrays.copyOf(labels, places));
    double second = negativeLogLikelihood(x, 1, Arrays.copyOfRange(labels, places, 2 * places));
    assertThat(found).isCloseTo((first + second) / 2, within(1e-5));
  }

  @Test
  void placesFromTheFirstIgnoredOneOnDoNotCount() {
    HostTensor x = emissions(3, 4);
    int[] labels = {2, 0, -1, 1, 1, -1, -1, -1, -1, 2, 2, 2};
    HostTensor target = HostTensor.of(Shape.of(3, 4), labels);
    Value y = Input.of(build.net().graph(), "y", target.type());
    Value loss = new Crf(-1).build(scores(x), y);
    double found = build.run(loss, Map.of("x", x, "y", target)).get("y").item();

    double sum =
        negativeLogLikelihood(x, 0, new int[] {2, 0}) + negativeLogLikelihood(x, 1, new int[] {1});
    assertThat(found).isCloseTo(sum / 3, within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void aLabelThatIsNoneIsInfinitelyUnlikely(int label) {
    HostTensor x = emissions(1, 2);
    HostTensor target = HostTensor.of(Shape.of(1, 2), 1, label);
    Value y = Input.of(build.net().graph(), "y", target.type());
    Value loss = new Crf().build(scores(x), y);
    assertThat(build.run(loss, Map.of("x", x, "y", target)).get("y").item())
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** All L^T sequences are equally likely; far more than 1e38 in number. */
  @Test
  void longSequencesDoNotOverflow() {
    HostTensor zeros = HostTensor.zeros(TensorType.f32(1, 200, 5, 3));
    HostTensor target = HostTensor.zeros(new TensorType(DType.I32, Shape.of(1, 200)));
    try (LossCase.Run run = new LossCase("", new Crf(), zeros, target, 0).open(DType.F32)) {
      assertThat(run.loss.item()).isCloseTo(200 * Math.log(3), within(1e-3));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void viterbiFindsTheBestOfAllSequences(int places) {
    HostTensor x = emissions(4, places);
    HostTensor found = build.run(Viterbi.decode(scores(x)), Map.of("x", x)).get("y");

    assertThat(found.dtype()).isEqualTo(DType.I32);
    for (int n = 0; n < 4; n++) {
      double[] row = Arrays.copyOfRange(found.toDoubleArray(), n * places, (n + 1) * places);
      assertThat(Arrays.stream(row).mapToInt(label -> (int) label).toArray())
          .containsExactly(best(x, n, places));
    }
  }

  @Test
  void viterbiKnowsLengths() {
    HostTensor x = emissions(3, 4);
    HostTensor mask = HostTensor.of(Shape.of(3, 4), 1f, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0);
    Value m = Input.of(build.net().graph(), "mask", mask.type());
    HostTensor found =
        build.run(Viterbi.decode(scores(x), m), Map.of("x", x, "mask", mask)).get("y");

    for (int n = 0; n < 3; n++) {
      int length = new int[] {4, 3, 1}[n];
      double[] row = Arrays.copyOfRange(found.toDoubleArray(), n * 4, n * 4 + length);
      assertThat(Arrays.stream(row).mapToInt(label -> (int) label).toArray())
          .containsExactly(best(x, n, length));
    }
  }

  @Test
  void theLayerHasTransitionsStartAndEnd() {
    assertThat(build.shape(new dev.merapi.nn.layer.Crf(), 2, 5, 3)).containsExactly(2, 5, 5, 3);
    assertThat(build.variables())
        .containsExactly("it.transitions F32[3, 3]", "it.start F32[3]", "it.end F32[3]");
    assertThat(Arrays.stream(variable("transitions"))).allMatch(value -> Math.abs(value) <= 0.1);
    assertThatThrownBy(() -> Build.training().shape(new dev.merapi.nn.layer.Crf(), 2, 3))
        .hasMessage("net/it: crf: expected scores of labels [N, T, L], found [2, 3]");
  }

  @Test
  void decodingWantsScoresOfTheLayer() {
    assertThatThrownBy(() -> Viterbi.decode(build.input(2, 3, 4)))
        .hasMessage("viterbi: expected scores [N, T, L + 2, L], found [2, 3, 4]");
    Value scores = scores(emissions(2, 3));
    assertThatThrownBy(() -> Viterbi.decode(scores, scores))
        .hasMessage("viterbi: expected a mask F32[2, 3], found F32[2, 3, 5, 3]");
  }
}
