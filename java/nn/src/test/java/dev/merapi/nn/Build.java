package dev.merapi.nn;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A net over a fresh graph named {@code net}, for the tests of layers. */
public record Build(Net net) {
  public static Build training() {
    return new Build(new Net(new Graph("net", 42), DType.F32, true));
  }

  public static Build inference() {
    return new Build(new Net(new Graph("net", 42), DType.F32, false));
  }

  public Value input(int... dims) {
    return Input.of(net.graph(), "x", TensorType.f32(dims));
  }

  /** The output's sizes of a layer that is applied under the name {@code it}. */
  public List<Integer> shape(Layer layer, int... dims) {
    int[] sizes = net.apply("it", layer, input(dims)).shape().toArray();
    return java.util.Arrays.stream(sizes).boxed().toList();
  }

  /** The variables as {@code path type}. */
  public List<String> variables() {
    return net.variables().stream().map(spec -> spec.path() + " " + spec.type()).toList();
  }

  public VariableSpec variable(String path) {
    return net.variables().stream()
        .filter(spec -> spec.path().equals(path))
        .findFirst()
        .orElseThrow();
  }
}
