package dev.merapi.nn;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    return sizes(net.apply("it", layer, input(dims)));
  }

  /** The sizes of a value's axes. */
  public static List<Integer> sizes(Value value) {
    return Arrays.stream(value.shape().toArray()).boxed().toList();
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

  /**
   * Runs the graph once on the reference backend, with the updates of buffers assigned.
   *
   * @return the value {@code y}, and all variables after the run, by path
   */
  public Map<String, HostTensor> run(Value y, Map<String, HostTensor> inputs) {
    net.updates().forEach(Assign::of);
    net.graph().output("y", y);
    List<VariableSpec> specs = new ArrayList<>(net.variables());
    specs.addAll(VariableSpec.controlBlock());
    Map<String, HostTensor> results = new LinkedHashMap<>();
    results.put("y", HostTensor.zeros(y.type()));
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend)) {
      store.declare(specs);
      try (Program program = Program.compile(net.graph(), store, CompileOptions.DEFAULT)) {
        Bindings bindings = new Bindings().output("y", results.get("y"));
        inputs.forEach(bindings::input);
        program.run(bindings);
      }
      net.variables().forEach(spec -> results.put(spec.path(), store.get(spec.path())));
    }
    return results;
  }
}
