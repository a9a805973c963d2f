package dev.merapi.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric over two batches of unequal size, against figures by hand. */
class MetricTest {
  /** Six samples of four classes, the last of which neither occurs nor is predicted. */
  private static final float[][] SCORES = {
    {3, 1, 0, -1}, {0, 1, 2, -1}, {0, 1, 2, -1}, {0, 1, 2, -3}, {0, 5, 2, 1}, {0, 5, 2, 1}
  };

  private static final float[][] LABELS = {{0}, {1}, {2}, {2}, {1}, {0}};

  /** Probabilities 1/2, 1/4, 1/8, 1/8. */
  private static final float[][] LOGITS = {
    {1.3862944f, 0.6931472f, 0, 0}, {1.3862944f, 0.6931472f, 0, 0}, {1.3862944f, 0.6931472f, 0, 0}
  };

  /** Of two places of two labels: from each label, from the start, to the end. */
  private static final float[] CHAIN = {9, 9, 9, 9, 1, 0, 0, 5, 0, 3, 2.5f, 0, 9, 9, 0, 0};

  private static final float[][] NUMBERS = {{.5f, -1.25f}, {2, .75f}, {-.3f, 3}};
  private static final float[][] TARGETS = {{1, -1}, {0, .5f}, {.2f, -1}};

  /** As labels they are predicted to be 1, 0, 1, 0, 1. */
  private static final float[][] COLUMN = {{.5f}, {-1}, {2}, {-3}, {1}};

  private static final float[][] BITS = {{1}, {1}, {0}, {0}, {1}};

  static Stream<Arguments> cases() {
    return Stream.of(
        // rows: label 0 found as 0 and 1; 1 as 2 and 1; 2 as 2 and 2
        labels(new ConfusionMatrix(), 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0),
        labels(new Accuracy(), 4 / 6.0),
        // of the samples of labels 0 and 1 two of four
        labels(new Accuracy(2), 2 / 4.0),
        labels(new TopKAccuracy(2), 5 / 6.0),
        labels(new Precision(), (1 + 1 / 2.0 + 2 / 3.0) / 3),
        labels(new Precision(2), 2 / 3.0),
        labels(new Precision(3), 0),
        labels(new Recall(), (.5 + .5 + 1) / 3),
        labels(new Recall(0), .5),
        labels(new F1Score(), (2 / 3.0 + 1 / 2.0 + 4 / 5.0) / 3),
        labels(new F1Score(2), 4 / 5.0),
        // (log 2 + log 4 + log 8) / 3 = log 4
        Arguments.of(new Perplexity(), LOGITS, new float[][] {{0}, {1}, {2}}, DType.I32, of(4)),
        Arguments.of(new Perplexity(9), LOGITS, new float[][] {{0}, {9}, {2}}, DType.I32, of(4)),
        numbers(new MeanAbsoluteError(), 1.25),
        numbers(new MeanSquaredError(), 3.4375),
        numbers(new RootMeanSquaredError(), Math.sqrt(3.4375)),
        numbers(new MeanBiasError(), 5 / 6.0),
        numbers(new R2(), (1 - 4.5 / .56 + 1 - 16.125 / 1.5) / 2),
        Arguments.of(
            new R2(),
            new float[][] {{10000}, {10000.5f}, {10001.5f}},
            new float[][] {{10000}, {10000.5f}, {10001}},
            DType.F32,
            of(.5)),
        // distances .1, .7, .4, .5 of pairs of one class, two, two, one
        Arguments.of(
            new PairAccuracy(),
            new float[][] {{.1f}, {.7f}, {.4f}, {.5f}},
            new float[][] {{1}, {0}, {0}, {1}},
            DType.I32,
            of(2 / 4.0)),
        matches(new RecallAtK(), 3 / 4.0),
        matches(new RecallAtK(2), 1),
        // 0 then 1 is best of two places, label 1 of one: right are 2 of 2, 1 of 2, 1 of 1
        Arguments.of(
            new ViterbiAccuracy(-1),
            new float[][] {CHAIN, CHAIN, CHAIN},
            new float[][] {{0, 1}, {1, 1}, {1, -1}},
            DType.I32,
            of(4 / 5.0)),
        // paths 1 1 0, 1 0 1 and 2 0 1 are labels 1, 1 1 and 2 1: wrong by one, none and one
        Arguments.of(
            new LabelErrorRate(),
            new float[][] {
              {0, 2, 1, 0, 3, 1, 4, 2, 1}, {0, 2, 1, 3, 0, 1, 0, 3, 2}, {0, 2, 3, 3, 0, 1, 0, 3, 2}
            },
            new float[][] {{1, 2}, {1, 1}, {1, 0}},
            DType.I32,
            of(2 / 5.0)),
        binary(new BinaryAccuracy(), 3 / 5.0),
        // without the two of target 0
        binary(new BinaryAccuracy(0.0), 2 / 3.0),
        binary(new ConfusionMatrix(), 1, 1, 1, 2),
        binary(new Precision(1), 2 / 3.0),
        binary(new Recall(0), 1 / 2.0),
        binary(new F1Score(1), 4 / 6.0));
  }

  private static double[] of(double... values) {
    return values;
  }

  private static Arguments labels(Metric metric, double... expected) {
    return Arguments.of(metric, SCORES, LABELS, DType.I32, expected);
  }

  private static Arguments numbers(Metric metric, double expected) {
    return Arguments.of(metric, NUMBERS, TARGETS, DType.F32, of(expected));
  }

  /** Three samples with each other, of which the first and the last match; then one alone. */
  private static Arguments matches(Metric metric, double expected) {
    float[][] scores = {{.5f, .45f, .9f}, {.2f, .6f, .7f}, {.3f, -.1f, .8f}, {.3f}};
    float[][] targets = {{4}, {5}, {4}, {4}};
    return Arguments.of(metric, scores, targets, DType.I32, of(expected));
  }

  private static Arguments binary(Metric metric, double... expected) {
    return Arguments.of(metric, COLUMN, BITS, DType.I32, expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasItsValue(
      Metric metric, float[][] predictions, float[][] targets, DType type, double[] expected) {
    int size = predictions.length;
    HostTensor sum = null;
    for (int[] part : new int[][] {{0, size - 1}, {size - 1, size}}) {
      HostTensor prediction = rows(predictions, part, DType.F32, metric instanceof PairAccuracy);
      int[] shape = shape(metric, prediction.shape().dim(0));
      HostTensor target = rows(targets, part, type, type == DType.I32 && shape == null);
      if (shape != null) {
        prediction = HostTensor.of(TensorType.f32(shape), prediction.toDoubleArray());
      }
      assertThat(metric.appliesTo(prediction.type(), target.type())).isTrue();
      HostTensor before =
          sum == null ? HostTensor.zeros(metric.accumulator(prediction.type())) : sum;
      sum = accumulate(metric, before, prediction, target);
    }
    assertThat(metric.result(sum, size).toDoubleArray())
        .containsExactly(expected, within(1e-6 * Math.max(1, Math.abs(expected[0]))));
  }

  /** The predictions of so many sequences where a metric is of sequences; else null. */
  private static int[] shape(Metric metric, int sequences) {
    if (metric instanceof ViterbiAccuracy) {
      return new int[] {sequences, 2, 4, 2};
    }
    return metric instanceof LabelErrorRate ? new int[] {sequences, 3, 3} : null;
  }

  private static HostTensor rows(float[][] values, int[] part, DType type, boolean flat) {
    float[][] taken = Arrays.copyOfRange(values, part[0], part[1]);
    int columns = taken[0].length;
    Shape shape = flat ? Shape.of(taken.length) : Shape.of(taken.length, columns);
    double[] all = new double[taken.length * columns];
    for (int i = 0; i < all.length; i++) {
      all[i] = taken[i / columns][i % columns];
    }
    return HostTensor.of(new TensorType(type, shape), all);
  }

  static HostTensor accumulate(
      Metric metric, HostTensor before, HostTensor prediction, HostTensor target) {
    Graph graph = new Graph("metric", 1);
    graph.output(
        "sum",
        metric.accumulate(
            Input.of(graph, "before", before.type()),
            Input.of(graph, "prediction", prediction.type()),
            Input.of(graph, "target", target.type())));
    HostTensor sum = HostTensor.zeros(before.type());
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      program.run(
          new Bindings()
              .input("before", before)
              .input("prediction", prediction)
              .input("target", target)
              .output("sum", sum));
    }
    return sum;
  }

  @Test
  void everyMetricHasACase() throws Exception {
    List<Class<?>> metrics = new ArrayList<>();
    Path folder = Path.of(Metric.class.getResource("Metric.class").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(Metric.class.getPackageName() + "." + name);
        if (type.isRecord() && Metric.class.isAssignableFrom(type)) {
          metrics.add(type);
        }
      }
    }
    List<Class<?>> covered = new ArrayList<>();
    cases().forEach(arguments -> covered.add(arguments.get()[0].getClass()));
    assertThat(metrics).hasSizeGreaterThan(12);
    assertThat(covered).as("metrics with a case").containsAll(metrics);
  }

  @Test
  void whatMeansNothingDoesNotApply() {
    TensorType classes = TensorType.f32(4, 3);
    TensorType column = TensorType.f32(4, 1);
    TensorType labels = new TensorType(DType.I32, Shape.of(4));
    assertThat(new Accuracy().appliesTo(column, labels)).as("one score").isFalse();
    assertThat(new BinaryAccuracy().appliesTo(column, labels)).isTrue();
    assertThat(new BinaryAccuracy().appliesTo(classes, labels)).isFalse();
    assertThat(new TopKAccuracy(3).appliesTo(classes, labels)).as("always 1").isFalse();
    assertThat(new Precision(3).appliesTo(classes, labels)).as("no such class").isFalse();
    assertThat(new R2().appliesTo(classes, labels)).isFalse();
    assertThat(new MeanAbsoluteError().appliesTo(labels, labels)).isFalse();
    assertThat(new ConfusionMatrix().appliesTo(classes, classes)).isFalse();
  }

  @Test
  void labelsThatAreIgnoredDoNotCount() {
    HostTensor none = HostTensor.zeros(new Accuracy(0).accumulator(TensorType.f32(2, 2)));
    assertThat(new Accuracy(0).result(none, 3).item()).as("none counts").isZero();
    assertThat(new Accuracy()).hasToString("Accuracy[]");
    assertThat(new Accuracy(-1)).hasToString("Accuracy[ignoreIndex=-1]");
  }

  @Test
  void constantTargetsHaveNoVariance() {
    TensorType sums = new TensorType(DType.F64, Shape.of(3, 1));
    assertThat(new R2().result(HostTensor.of(sums, 0, 6, 18), 2).item()).isEqualTo(1);
    assertThat(new R2().result(HostTensor.of(sums, 1, 6, 18), 2).item()).isZero();
  }

  @Test
  void keysAreInSnakeCase() {
    assertThat(new TopKAccuracy(5).key()).isEqualTo("top_5_accuracy");
    assertThat(new F1Score().key()).isEqualTo("f1_score");
    assertThat(new RecallAtK(5).key()).isEqualTo("recall_at_5");
    assertThat(new Precision(1).key()).isEqualTo("precision_1");
    assertThat(new R2().key()).isEqualTo("r2");
    assertThat(new RootMeanSquaredError().key()).isEqualTo("root_mean_squared_error");
  }

  @Test
  void optionsHaveRanges() {
    assertThatThrownBy(() -> new TopKAccuracy(0)).hasMessage("k must be at least 1, found 0");
    assertThatThrownBy(() -> new RecallAtK(0)).hasMessage("k must be at least 1, found 0");
    assertThatThrownBy(() -> new Recall(-1)).hasMessage("label must be at least 0, found -1");
  }
}
