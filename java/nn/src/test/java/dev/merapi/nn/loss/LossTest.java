package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    assertThatThrownBy(() -> new BinaryCrossEntropy().build(prediction, target(DType.I32, 4, 3)))
        .hasMessage(
            "binaryCrossEntropy: expected a target of the prediction's type F32[4, 3],"
                + " found I32[4, 3]");
  }
}
