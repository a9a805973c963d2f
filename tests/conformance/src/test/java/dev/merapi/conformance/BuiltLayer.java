package dev.merapi.conformance;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer in a program of its own: the output {@code y} for {@code x}, the {@code loss} sum(y g),
 * and the loss's gradients by {@code x} and by every parameter.
 */
final class BuiltLayer implements AutoCloseable {
  private final Graph graph = new Graph("net", 7);
  private final List<String> parameters;
  private final Compiled compiled;

  BuiltLayer(Layer layer, TensorType input, DType dtype, boolean training, Backend backend) {
    Net net = new Net(graph, dtype, training);
    Value x = Input.of(graph, "x", input);
    Value y = net.apply("it", layer, x);
    Value loss = Ops.sum(Ops.mul(y, Input.of(graph, "g", y.type())));
    List<Value> by = new ArrayList<>(net.parameters());
    parameters =
        net.variables().stream()
            .filter(spec -> spec.group().equals(Net.PARAMETERS))
            .map(VariableSpec::path)
            .toList();
    List<String> names = new ArrayList<>(parameters);
    if (input.dtype().isFloating()) {
      by.add(x);
      names.add("x");
    }
    graph.output("y", y);
    graph.output("loss", loss);
    List<Value> gradients = Differentiator.gradients(loss, by);
    for (int i = 0; i < by.size(); i++) {
      graph.output("by " + names.get(i), gradients.get(i));
    }
    List<VariableSpec> variables = new ArrayList<>(net.variables());
    variables.addAll(VariableSpec.controlBlock());
    compiled = new Compiled(graph, backend, CompileOptions.DEFAULT, variables);
  }

  /** The paths of the parameters, in the layer's order. */
  List<String> parameters() {
    return parameters;
  }

  TensorType output() {
    return graph.outputs().get("y").type();
  }

  HostTensor parameter(String path) {
    return compiled.store().get(path);
  }

  void set(String path, HostTensor value) {
    compiled.store().set(path, value);
  }

  /** Moves every parameter from where it begins, by normal numbers of a seed. */
  void perturb(int seed) {
    for (String path : parameters) {
      HostTensor value = parameter(path);
      HostTensor noise = Samples.normal(value.type(), seed + path.hashCode());
      for (int i = 0; i < value.elements(); i++) {
        value.set(i, value.get(i) + noise.get(i) / 4);
      }
      set(path, value);
    }
  }

  Map<String, HostTensor> run(HostTensor x, HostTensor g) {
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("g", g);
    return compiled.run(inputs);
  }

  @Override
  public void close() {
    compiled.close();
  }
}
