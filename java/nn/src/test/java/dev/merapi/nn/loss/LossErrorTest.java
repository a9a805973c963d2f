package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What losses refuse, and what they say then. */
class LossErrorTest {
  private static TensorType type(DType dtype, int... dims) {
    return new TensorType(dtype, Shape.of(dims));
  }

  static Stream<Arguments> misfits() {
    TensorType scores = type(DType.F32, 4, 3);
    TensorType rank4 = type(DType.F32, 4, 3, 2, 2);
    TensorType labels = type(DType.I32, 4);
    return Stream.of(
        Arguments.of(new SquaredError(), scores, type(DType.F32, 4), "squaredError"),
        Arguments.of(new Huber(), scores, type(DType.I32, 4, 3), "huber"),
        Arguments.of(new SmoothL1(), scores, type(DType.F32, 3), "smoothL1"),
        Arguments.of(new MeanBiasError(), scores, type(DType.F64, 4, 3), "meanBiasError"),
        Arguments.of(new Logistic(), scores, labels, "logistic"),
        Arguments.of(new Hinge(), scores, type(DType.F64, 4, 3), "hinge"),
        Arguments.of(new MultiClassHinge(), scores, type(DType.F32, 4), "multiClassHinge"),
        Arguments.of(new MultiClassHinge(), rank4, labels, "multiClassHinge"),
        Arguments.of(new TopKHinge(2), scores, type(DType.I32, 4, 3), "topKHinge"),
        Arguments.of(new TopKHinge(4), scores, labels, "k = 4 classes, found 3"),
        Arguments.of(
            new SoftmaxCrossEntropy().classWeights(1., 2.),
            scores,
            labels,
            "expected classWeights for 3 classes, found 2"),
        Arguments.of(new KlDivergence(), scores, labels, "klDivergence"),
        Arguments.of(new KlDivergence(), type(DType.F32, 4), type(DType.F32, 4), "[..., classes]"),
        Arguments.of(new MarginRanking(), scores, labels, "scores of pairs [N, 2]"),
        Arguments.of(
            new MarginRanking(), type(DType.F32, 4, 2), type(DType.I32, 3), "marginRanking"),
        Arguments.of(new PairwiseRanking(), scores, labels, "pairwiseRanking"),
        Arguments.of(new PairwiseRanking(), rank4, rank4, "[lists, items]"),
        Arguments.of(new Ctc(), scores, labels, "logits [N, T, classes]"),
        Arguments.of(new Ctc().blank(5), type(DType.F32, 2, 3, 5), labels, "more than 5 classes"),
        Arguments.of(new Ctc(), type(DType.F32, 2, 3, 5), labels, "I32 labels [2, U]"),
        Arguments.of(new Crf(), scores, labels, "scores [N, T, L + 2, L]"),
        Arguments.of(new Crf(), rank4, type(DType.I32, 4, 3), "of the layer crf"),
        Arguments.of(new Crf(), rank4, type(DType.I32, 4, 2), "I32 labels [N, T]"),
        Arguments.of(new BidirectionalRanking(), scores, labels, "scores [N, N]"),
        Arguments.of(new TripletMargin(), scores, labels, "triplets [N, 3, D]"),
        Arguments.of(new TripletSemiHard(), rank4, labels, "embeddings [N, D]"),
        Arguments.of(new TripletSemiHard(), scores, type(DType.I32, 4, 1), "I32 labels [4]"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void refusesWhatDoesNotFit(Loss loss, TensorType prediction, TensorType target, String part) {
    Graph graph = new Graph("", 1);
    Value x = Input.of(graph, "prediction", prediction);
    Value y = Input.of(graph, "target", target);

    assertThatThrownBy(() -> loss.build(x, y))
        .isInstanceOf(GraphException.class)
        .hasMessageContainingAll(part, "expected", "found");
  }

  @Test
  void optionsHaveRanges() {
    SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy();
    assertThatThrownBy(() -> softmax.classWeights(1., -1.)).hasMessageContaining("[1.0, -1.0]");
    assertThatThrownBy(() -> softmax.labelSmoothing(1)).hasMessageContaining("found 1.0");
    assertThatThrownBy(() -> new Ctc().blank(-1)).hasMessage("blank must be at least 0, found -1");
    assertThatThrownBy(() -> new BinaryCrossEntropy().labelSmoothing(-.1))
        .hasMessageStartingWith("labelSmoothing");
    assertThatThrownBy(() -> new BinaryCrossEntropy().posWeight(0))
        .hasMessageStartingWith("posWeight");
    assertThatThrownBy(() -> new Huber(0))
        .hasMessage("delta must be finite and above 0, found 0.0");
    assertThatThrownBy(() -> new SmoothL1(Double.NaN)).hasMessageStartingWith("beta");
    assertThatThrownBy(() -> new TopKHinge(0)).hasMessage("k must be at least 1, found 0");
    for (double margin : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new MultiClassHinge().margin(margin))
          .hasMessageStartingWith("margin");
      assertThatThrownBy(() -> new TopKHinge(2).margin(margin)).hasMessageStartingWith("margin");
      assertThatThrownBy(() -> new MarginRanking(margin)).hasMessageStartingWith("margin");
      assertThatThrownBy(() -> new PairwiseRanking().margin(margin))
          .hasMessageStartingWith("margin");
      assertThatThrownBy(() -> new TripletMargin(margin)).hasMessageStartingWith("margin");
      assertThatThrownBy(() -> new TripletSemiHard(margin)).hasMessageStartingWith("margin");
    }
  }

  /** What has no options set costs what it did before there were any. */
  @Test
  void plainCrossEntropyIsOneOp() {
    Graph graph = new Graph("", 1);
    Value x = Input.of(graph, "prediction", type(DType.F32, 4, 3));
    new SoftmaxCrossEntropy().build(x, Input.of(graph, "target", type(DType.I32, 4)));

    List<String> ops = graph.nodes().stream().map(Node::op).map(op -> op.name()).toList();
    assertThat(ops).containsOnlyOnce("softmaxCrossEntropy");
    assertThat(ops).containsOnly("input", "softmaxCrossEntropy", "reduceSum", "constant", "mul");
    assertThat(new SoftmaxCrossEntropy()).hasToString("SoftmaxCrossEntropy[]");
    assertThat(new SoftmaxCrossEntropy().ignoreIndex(3).toString()).contains("ignoreIndex=3");
  }

  /** A probability of 0 in the logits' row that the label does not ask for. */
  @Test
  void infiniteScoresOfOtherClassesAreNoTrouble() {
    HostTensor logits = LossCases.numbers(Shape.of(1, 3), 1, Double.NEGATIVE_INFINITY, 0);
    HostTensor label = HostTensor.of(Shape.of(1), 0);
    LossCase hinge = new LossCase("", new MultiClassHinge(), logits, label, 0);
    try (LossCase.Run run = hinge.open(DType.F64)) {
      assertThat(run.loss.item()).isZero();
      assertThat(run.grad.toDoubleArray()).containsOnly(0);
    }
  }
}
