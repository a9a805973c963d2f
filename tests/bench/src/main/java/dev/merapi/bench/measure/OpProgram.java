package dev.merapi.bench.measure;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A program of an op or a few. Its inputs are variables and its output is left on the device, so
 * that a run copies nothing from or to the host.
 */
public final class OpProgram implements AutoCloseable {
  private final Backend backend;
  private final StateStore store;
  private final Program program;
  private final Bindings nothing = new Bindings();

  /**
   * Compiles a program.
   *
   * @param device as in {@code --device}
   * @param build makes the output from the inputs
   * @param inputs their shapes; they are F32, uniform in [-1, 1)
   */
  public OpProgram(String device, Function<List<Value>, Value> build, Shape... inputs) {
    this(
        device,
        Arrays.stream(inputs).map(shape -> new TensorType(DType.F32, shape)).toList(),
        values -> values.get(0).graph().output("output", build.apply(values)));
  }

  /**
   * Compiles a program that names its outputs or assigns to its inputs.
   *
   * @param inputs F32, uniform in [-1, 1), or I32, uniform from 0 to below their number
   */
  public OpProgram(String device, List<TensorType> inputs, Consumer<List<Value>> build) {
    backend = Backends.open(device);
    store = new StateStore(backend);
    Graph graph = new Graph("bench", 0);
    List<VariableSpec> specs = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (TensorType type : inputs) {
      String path = "input" + values.size();
      specs.add(new VariableSpec(path, type, "inputs", () -> uniform(type)));
      values.add(Variable.of(graph, path, type));
    }
    store.declare(specs);
    build.accept(values);
    program = Program.compile(graph, store, CompileOptions.DEFAULT);
  }

  private static HostTensor uniform(TensorType type) {
    SplittableRandom random = new SplittableRandom(type.shape().elements());
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < tensor.elements(); i++) {
      boolean floating = type.dtype().isFloating();
      tensor.set(i, floating ? 2 * random.nextDouble() - 1 : random.nextInt(tensor.elements()));
    }
    return tensor;
  }

  /** Runs it once and waits for it. */
  public void run() {
    program.run(nothing);
    backend.stream().synchronize();
  }

  /** The names of its kernels. */
  public String kernels() {
    return program.steps().stream()
        .map(PreparedStep::kernelName)
        .collect(Collectors.joining(" + "));
  }

  @Override
  public void close() {
    program.close();
    store.close();
    backend.close();
  }
}
