package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
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
import org.junit.jupiter.api.Test;

class PerceptronTest {
  /** On the right side, on the wrong one, and on neither. */
  private static final HostTensor SCORES = HostTensor.of(Shape.of(6), 3f, -2f, -4f, 5f, 0f, 0f);

  private static HostTensor run(HostTensor targets, boolean gradient) {
    Build build = Build.training();
    Graph graph = build.net().graph();
    Value z = Input.of(graph, "z", SCORES.type());
    Value loss = new Perceptron().build(z, Input.of(graph, "t", targets.type()));
    Value y = gradient ? Differentiator.gradients(loss, List.of(z)).get(0) : loss;
    return build.run(y, Map.of("z", SCORES, "t", targets)).get("y");
  }

  @Test
  void itIsHowFarTheScoresAreOnTheWrongSide() {
    assertThat(run(HostTensor.of(Shape.of(6), 1, 0, 1, 0, 1, 0), false).item()).isEqualTo(9 / 6f);
  }

  @Test
  void labelsMayBePlusAndMinusOne() {
    for (HostTensor targets :
        List.of(
            HostTensor.of(Shape.of(6), 1, -1, 1, -1, 1, -1),
            HostTensor.of(Shape.of(6), 1f, -1f, 1f, -1f, 1f, -1f),
            HostTensor.of(Shape.of(6), 1f, 0f, 1f, 0f, 1f, 0f))) {
      assertThat(run(targets, false).item()).isEqualTo(9 / 6f);
    }
  }

  /** The learning rule: minus the label where the score is not on the label's side. */
  @Test
  void scoresOfZeroLearn() {
    assertThat(run(HostTensor.of(Shape.of(6), 1, 0, 1, 0, 1, 0), true).toFloatArray())
        .containsExactly(new float[] {0, 0, -1 / 6f, 1 / 6f, -1 / 6f, 1 / 6f}, within(1e-7f));
  }

  @Test
  void otherShapesAreRefused() {
    Graph graph = new Graph("", 1);
    Value z = Input.of(graph, "z", TensorType.f32(4, 2));
    Value t = Input.of(graph, "t", new TensorType(DType.I32, Shape.of(4)));
    assertThatThrownBy(() -> new Perceptron().build(z, t))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "perceptron: expected a target of the prediction's type F32[4, 2], or I32 of its shape,"
                + " found I32[4]");
  }
}
