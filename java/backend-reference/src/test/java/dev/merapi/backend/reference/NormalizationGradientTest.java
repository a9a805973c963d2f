package dev.merapi.backend.reference;

import static dev.merapi.core.op.Ops.batchNorm;
import static dev.merapi.core.op.Ops.batchNormInference;
import static dev.merapi.core.op.Ops.layerNorm;
import static dev.merapi.core.op.Ops.localResponseNorm;
import static dev.merapi.core.op.Ops.logSoftmax;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.softmax;
import static dev.merapi.core.op.Ops.softmaxCrossEntropy;
import static dev.merapi.core.op.Ops.square;
import static dev.merapi.core.op.Ops.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of the normalizations, and their decompositions. */
class NormalizationGradientTest extends GradientCheck {
  @Test
  void softmaxes() {
    Value x = input(2, 3, 2);
    check(() -> softmax(x, 1), x);
    check(() -> logSoftmax(x, -1), x);
    decomposed();
  }

  @Test
  void crossEntropy() {
    Value logits = input(3, 4);
    Value labels = bind(HostTensor.of(Shape.of(3), 2, 0, 3));
    check(() -> softmaxCrossEntropy(logits, labels), logits);
    decomposed();
  }

  @Test
  void batchNormalization() {
    Value x = input(3, 2, 2);
    Value scale = input(2);
    Value bias = input(2);
    check(() -> batchNorm(x, scale, bias, 0.1).get(0), x, scale, bias);
    Value images = input(2, 2, 1, 2);
    check(() -> batchNorm(images, scale, bias, 0.1).get(0), images, scale);
    decomposed();
  }

  /** With the batch's own statistics, inference gives what training gives. */
  @Test
  void batchNormalizationInInference() {
    Value x = bind(HostTensor.of(Shape.of(4, 1, 1), 1d, 3d, 1d, 3d));
    Value scale = bind(HostTensor.of(Shape.of(1), 4d));
    Value bias = bind(HostTensor.of(Shape.of(1), 7d));
    Value mean = bind(HostTensor.of(Shape.of(1), 2d));
    Value variance = bind(HostTensor.of(Shape.of(1), 1d));
    Value y = batchNormInference(x, scale, bias, mean, variance, 3);
    assertThat(Kernels.evaluate(y, data).toDoubleArray()).containsExactly(5, 9, 5, 9);
  }

  @Test
  void layerNormalization() {
    Value x = input(2, 3, 2);
    Value scale = input(3, 2);
    Value bias = input(3, 2);
    check(() -> layerNorm(x, scale, bias, 0.1), x, scale, bias);
    Value last = input(2);
    check(() -> layerNorm(x, last, last, 0.1), x, last);
    decomposed();
  }

  @Test
  void localResponseNormalization() {
    Value x = input(2, 5, 2);
    check(() -> localResponseNorm(x, 3, 0.5, 0.75, 2), x);
    check(() -> localResponseNorm(x, 4, 0.5, 0.75, 2), x);
    decomposed();
  }

  /** Every normalization and backward op of the graph has the same values as its primitives. */
  private void decomposed() {
    int count = 0;
    for (Node node : new ArrayList<>(graph.nodes())) {
      if (node.op() instanceof Normalization op) {
        int before = graph.nodes().size();
        List<Value> primitives = op.decompose(node.inputs()).orElseThrow();
        assertThat(graph.nodes().subList(before, graph.nodes().size()))
            .noneMatch(each -> each.op() instanceof Normalization);
        assertThat(primitives).hasSameSizeAs(node.outputs());
        for (Value output : node.outputs()) {
          Value primitive = primitives.get(output.index());
          assertThat(primitive.type()).isEqualTo(output.type());
          assertThat(Kernels.evaluate(primitive, data).toDoubleArray())
              .containsExactly(Kernels.evaluate(output, data).toDoubleArray(), within(1e-12));
        }
        count++;
      }
    }
    assertThat(count).isPositive();
  }

  @Test
  void primitivesCanBeDifferentiatedTwice() {
    Value x = input(2, 3);
    Value scale = input(3);
    Value y = new LayerNorm(1, 0.1).decompose(List.of(x, scale, scale)).orElseThrow().get(0);
    Value gradient = Differentiator.gradients(sum(square(y)), List.of(x)).get(0);
    check(() -> gradient, x, scale);
  }

  @Test
  void savedOutputsCarryNoGradient() {
    Value x = input(3, 2);
    Value scale = input(2);
    Value invStd = BatchNorm.of(x, scale, scale, 0.1).get(2);
    assertThatThrownBy(() -> Differentiator.gradients(sum(invStd), List.of(x)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("batchNorm: no gradient goes through the saved invStd");
  }

  @Test
  void theProbabilitiesOfCrossEntropyCarryOne() {
    Value x = input(3, 2);
    Value labels = bind(HostTensor.of(Shape.of(3), 1, 0, 1));
    List<Value> outputs = graph.applyAll(new SoftmaxCrossEntropy(), List.of(x, labels));
    check(() -> mul(sum(square(outputs.get(1)), 1), outputs.get(0)), x);
  }
}
