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
import dev.merapi.nn.Build;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
  private final Graph graph = new Graph("", 1);
  private final Value prediction = Input.of(graph, "prediction", TensorType.f32(4, 3));

  private Value target(DType dtype, int... dims) {
    return Input.of(graph, "target", new TensorType(dtype, Shape.of(dims)));
  }

  @Test
  void lossesAreScalarsOfThePredictionsType() {
    for (Loss loss :
        List.of(new MeanSquaredError(), new MeanAbsoluteError(), new BinaryCrossEntropy())) {
      assertThat(loss.build(prediction, target(DType.F32, 4, 3)).type())
          .isEqualTo(TensorType.scalar(DType.F32));
    }
  }

  @Test
  void targetsThatWouldBroadcastAreRefused() {
    assertThatThrownBy(() -> new MeanSquaredError().build(prediction, target(DType.F32, 3)))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "meanSquaredError: expected a target of the prediction's type F32[4, 3],"
                + " found F32[3]");
    assertThatThrownBy(() -> new BinaryCrossEntropy().build(prediction, target(DType.I32, 4)))
        .hasMessage(
            "binaryCrossEntropy: expected a target of the prediction's type F32[4, 3],"
                + " or I32 of its shape, found I32[4]");
  }

  /** Predictions (0, 2), (-1, 3) against (1, 1), (0, 0), worked out by hand. */
  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(new MeanSquaredError(), 3.0),
        Arguments.of(new MeanAbsoluteError(), 1.5),
        // log 2, log(1 + e^-2), log(1 + e^-1), log(1 + e^3)
        Arguments.of(
            new BinaryCrossEntropy(), (0.6931472 + 0.1269280 + 0.3132617 + 3.0485874) / 4));
  }

  @ParameterizedTest
  @MethodSource("values")
  void theMeanIsOverAllElements(Loss loss, double expected) {
    HostTensor prediction = HostTensor.of(Shape.of(2, 2), 0f, 2f, -1f, 3f);
    HostTensor target = HostTensor.of(Shape.of(2, 2), 1f, 1f, 0f, 0f);

    assertThat(value(loss, prediction, target)).isCloseTo(expected, within(1e-6));
  }

  @Test
  void crossEntropyIsTheMeanSurpriseOfTheLabels() {
    // Probabilities 1/6, 2/6, 3/6 in both rows; the labels have 1/2 and 1/6.
    float[] row = {0, 0.6931472f, 1.0986123f};
    HostTensor logits =
        HostTensor.of(Shape.of(2, 3), row[0], row[1], row[2], row[0], row[1], row[2]);
    HostTensor labels = HostTensor.of(Shape.of(2), 2, 0);

    assertThat(value(new SoftmaxCrossEntropy(), logits, labels))
        .isCloseTo((0.6931472 + 1.7917595) / 2, within(1e-6));
  }

  /** The same two rows as above, as two places of one sequence. */
  @Test
  void sequencesHaveALabelAtEveryPlace() {
    float[] row = {0, 0.6931472f, 1.0986123f};
    HostTensor logits =
        HostTensor.of(Shape.of(2, 1, 3), row[0], row[1], row[2], row[0], row[1], row[2]);
    HostTensor labels = HostTensor.of(Shape.of(2, 1), 2, 0);

    assertThat(value(new SoftmaxCrossEntropy(), logits, labels))
        .isCloseTo((0.6931472 + 1.7917595) / 2, within(1e-6));
  }

  @Test
  void labelsAreOneIntegerPerRow() {
    Loss loss = new SoftmaxCrossEntropy();

    assertThat(loss.build(prediction, target(DType.I32, 4)).type())
        .isEqualTo(TensorType.scalar(DType.F32));
    assertThatThrownBy(() -> loss.build(prediction, target(DType.F32, 4, 3)))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "softmaxCrossEntropy: expected I32 labels [4] for logits [4, 3], found F32[4, 3]");
    Value images = Input.of(graph, "images", TensorType.f32(4, 3, 2, 2));
    assertThatThrownBy(() -> loss.build(images, target(DType.I32, 4)))
        .hasMessage(
            "softmaxCrossEntropy: expected logits [N, classes] or [T, N, classes],"
                + " found [4, 3, 2, 2]");
  }

  @Test
  void largeLogitsAreNoTrouble() {
    HostTensor logits = HostTensor.of(Shape.of(1, 4), 1000f, -1000f, 1000f, -1000f);
    HostTensor target = HostTensor.of(Shape.of(1, 4), 1f, 0f, 0f, 1f);

    assertThat(value(new BinaryCrossEntropy(), logits, target)).isEqualTo(500);
  }

  private static double value(Loss loss, HostTensor prediction, HostTensor target) {
    Build build = Build.inference();
    Graph graph = build.net().graph();
    Value y =
        loss.build(
            Input.of(graph, "prediction", prediction.type()),
            Input.of(graph, "target", target.type()));
    return build.run(y, Map.of("prediction", prediction, "target", target)).get("y").item();
  }
}
