package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.AvgPool2d;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Elu;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Gelu;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.LeakyRelu;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.Sigmoid;
import dev.merapi.nn.layer.Silu;
import dev.merapi.nn.layer.Softmax;
import dev.merapi.nn.layer.Softplus;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of gradients of whole models against finite differences in F64: the gradient of |g|^2
 * is twice the Hessian times g.
 */
class SecondDerivativesTest {
  static Stream<Layer> layers() {
    Stream<Layer> activations =
        Stream.of(
            new Tanh(),
            new Sigmoid(),
            new Softplus(),
            new Elu(),
            new Gelu(),
            new Silu(),
            new Relu(),
            new LeakyRelu(0.1),
            new Softmax());
    Stream<Layer> images =
        Stream.of(
            new Conv2d(2, 3).padding(1),
            new Conv2d(2, 2).stride(2),
            new MaxPool2d(2),
            new AvgPool2d(2));
    return Stream.concat(
        activations.map(activation -> Sequential.of(new Flatten(), new Dense(4), activation)),
        images.map(
            layer ->
                Sequential.of(new Conv2d(2, 3), new Tanh(), layer, new Tanh(), new Flatten())));
  }

  /** |g|^2 of a loss. */
  private static Loss squaredGradient(Loss loss) {
    return (prediction, target) -> {
      Value value = loss.build(prediction, target);
      List<Value> parameters =
          value.graph().nodes().stream()
              .filter(node -> node.op() instanceof Variable)
              .map(Node::outputs)
              .map(outputs -> outputs.get(0))
              .toList();
      return Ops.sumOfSquares(Differentiator.gradients(value, parameters));
    };
  }

  private static TrainingConfig config(Layer layer, Loss loss) {
    Layer model = Sequential.of(layer, new Dense(3));
    return TrainingConfig.of("model", model, squaredGradient(loss), new Sgd(0.1));
  }

  private static Dataset images(boolean labelled) {
    Random random = new Random(5);
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F64, Shape.of(4, 1, 6, 6)));
    for (int i = 0; i < inputs.elements(); i++) {
      inputs.set(i, random.nextGaussian());
    }
    HostTensor targets =
        HostTensor.zeros(
            labelled
                ? new TensorType(DType.I32, Shape.of(4))
                : new TensorType(DType.F64, Shape.of(4, 3)));
    for (int i = 0; i < targets.elements(); i++) {
      targets.set(i, labelled ? i % 3 : random.nextGaussian());
    }
    return new TensorDataset("images", inputs, targets, labelled ? 3 : 0);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void areThoseOfFiniteDifferences(Layer layer) {
    try (Backend backend = Backends.open("reference")) {
      TrainingConfig entropy = config(layer, new SoftmaxCrossEntropy());
      TrainingConfig squares = config(layer, new MeanSquaredError());
      for (GradientCheck.Result result :
          List.of(
              GradientCheck.againstDifferences(backend, entropy, images(true), 4),
              GradientCheck.againstDifferences(backend, squares, images(false), 4))) {
        assertThat(result.parameters()).isNotEmpty();
        assertThat(result.maxRelativeError()).as("%s", result).isLessThan(1e-5);
      }
    }
  }

  @Test
  void whatHasNoneIsNamedWithItsPlace() {
    try (Backend backend = Backends.open("reference")) {
      for (Layer layer : List.of(new LayerNorm(), new BatchNorm(), new MaxPool2d(2).stride(1))) {
        Layer model = Sequential.of(new Conv2d(2, 3), layer, new Flatten());
        TrainingConfig config = config(model, new SoftmaxCrossEntropy());
        assertThatThrownBy(() -> GradientCheck.againstDifferences(backend, config, images(true), 4))
            .isInstanceOf(GraphException.class)
            .hasMessageMatching("model/.*(layerNorm|batchNorm|maxPool2d)Grad.*");
      }
    }
  }
}
