package dev.merapi.backend.reference;

import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Gradients against central differences in F64, element by element. */
abstract class GradientCheck {
  final Random random = new Random(7);
  final Graph graph = new Graph("test", 1);
  final Map<String, HostTensor> data = new HashMap<>();

  Value input(int... dims) {
    HostTensor x = HostTensor.zeros(new TensorType(DType.F64, Shape.of(dims)));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, random.nextGaussian());
    }
    return bind(x);
  }

  Value bind(HostTensor tensor) {
    String name = "x" + data.size();
    data.put(name, tensor);
    return Input.of(graph, name, tensor.type());
  }

  /** Checks d loss / d x for a loss that weighs the squares of y differently. */
  void check(Supplier<Value> y, Value... by) {
    Value value = y.get();
    Value weights = input(value.shape().toArray());
    Value loss = sum(mul(weights, mul(value, value)));
    List<Value> gradients = Differentiator.gradients(loss, List.of(by));
    for (int k = 0; k < by.length; k++) {
      HostTensor gradient = Kernels.evaluate(gradients.get(k), data);
      HostTensor x = data.get(((Input) by[k].op()).inputName());
      for (int i = 0; i < x.elements(); i++) {
        double at = x.get(i);
        x.set(i, at + 1e-5);
        double above = Kernels.evaluate(loss, data).item();
        x.set(i, at - 1e-5);
        double below = Kernels.evaluate(loss, data).item();
        x.set(i, at);
        assertThat(gradient.get(i)).isCloseTo((above - below) / 2e-5, within(1e-6));
      }
    }
  }
}
