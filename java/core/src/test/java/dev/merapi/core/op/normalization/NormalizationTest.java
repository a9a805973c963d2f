package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.Ops.batchNorm;
import static dev.merapi.core.op.Ops.batchNormInference;
import static dev.merapi.core.op.Ops.layerNorm;
import static dev.merapi.core.op.Ops.localResponseNorm;
import static dev.merapi.core.op.Ops.softmax;
import static dev.merapi.core.op.Ops.softmaxCrossEntropy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Source;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NormalizationTest {
  private final Graph graph = new Graph("net", 1);

  private Value input(int... dims) {
    return input(DType.F32, dims);
  }

  private Value input(DType dtype, int... dims) {
    String name = "x" + graph.nodes().size();
    return Input.of(graph, name, new TensorType(dtype, Shape.of(dims)));
  }

  private static void assertRefused(ThrowingCallable build, String message) {
    assertThatThrownBy(build).isInstanceOf(GraphException.class).hasMessage("net: " + message);
  }

  private static List<TensorType> types(List<Value> values) {
    return values.stream().map(Value::type).toList();
  }

  @Test
  void statisticsHaveTheirOwnShapes() {
    TensorType channels = TensorType.f32(3);
    assertThat(types(batchNorm(input(2, 3, 4), input(3), input(3), 1e-5)))
        .containsExactly(TensorType.f32(2, 3, 4), channels, channels);
    TensorType lead = TensorType.f32(2);
    assertThat(types(LayerNorm.of(input(2, 3, 4), input(3, 4), input(3, 4), 1e-5)))
        .containsExactly(TensorType.f32(2, 3, 4), lead, lead);
    Value logits = input(5, 10);
    SoftmaxCrossEntropy op = new SoftmaxCrossEntropy();
    assertThat(types(graph.applyAll(op, List.of(logits, input(DType.I32, 5)))))
        .containsExactly(TensorType.f32(5), logits.type());
  }

  @Test
  void inferenceIsElementwise() {
    Value c = input(3);
    Value y = batchNormInference(input(2, 3, 4, 4), c, c, c, c, 1e-5);
    assertThat(y.type()).isEqualTo(TensorType.f32(2, 3, 4, 4));
    assertThat(graph.nodes())
        .allMatch(
            node ->
                node.op() instanceof Elementwise
                    || node.op() instanceof Source
                    || (node.op() instanceof Movement movement && movement.isView()));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertRefused(
        () -> batchNorm(input(2, 3, 4), input(4), input(3), 1e-5),
        "batchNorm: expected scale F32[3], found F32[4]");
    assertRefused(
        () -> batchNorm(input(2), input(2), input(2), 1e-5),
        "batchNorm: expected input [N, C, ...], found F32[2]");
    assertRefused(
        () -> layerNorm(input(2, 3, 4), input(3), input(3), 1e-5),
        "layerNorm: expected scale F32[4], found F32[3]");
    assertRefused(
        () -> layerNorm(input(3), input(2, 3), input(2, 3), 1e-5),
        "layerNorm: expected 1 to 1 axes to normalize for F32[3], found 2");
    assertRefused(
        () -> softmaxCrossEntropy(input(2, 3), input(DType.I32, 3)),
        "softmaxCrossEntropy: expected labels I32[2], found I32[3]");
    assertRefused(
        () -> softmaxCrossEntropy(input(6), input(DType.I32, 6)),
        "softmaxCrossEntropy: expected floating-point logits [N, classes], found F32[6]");
    assertRefused(
        () -> softmax(input(DType.I32, 2, 3), 1),
        "softmax: expected floating-point input, found I32[2, 3]");
    assertRefused(
        () -> localResponseNorm(input(2, 3), 5, 1e-4, 0.75, 2),
        "localResponseNorm: expected input [N, C, ...] with 3 or more axes, found F32[2, 3]");
    assertRefused(
        () -> localResponseNorm(input(2, 3, 4), 0, 1e-4, 0.75, 2),
        "localResponseNorm: expected a size of at least 1, found 0");
  }
}
