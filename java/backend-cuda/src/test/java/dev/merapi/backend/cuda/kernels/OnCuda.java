package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/** Runs an op on a GPU or on what stands in for one; without either, the test is skipped. */
final class OnCuda {
  private OnCuda() {}

  /** What an op gives. */
  record Run(List<HostTensor> outputs, List<String> kernels) {
    HostTensor output() {
      return outputs.get(0);
    }
  }

  /**
   * Each tensor lies in an allocation of its own, and the results are the same bits when kernels
   * are launched, recorded and replayed.
   */
  static Run run(Op op, HostTensor... inputs) {
    Availability cuda = Backends.availability().get("cuda");
    assumeTrue(cuda.usable(), () -> "device cuda: " + cuda.reason());
    Graph graph = new Graph("test", 1);
    List<Value> values = new ArrayList<>();
    for (HostTensor input : inputs) {
      values.add(Input.of(graph, "x" + values.size(), input.type()));
    }
    List<Value> results = graph.applyAll(op, values);
    results.forEach(result -> graph.output("y" + result.index(), result));
    CompileOptions options =
        CompileOptions.DEFAULT.memory(MemoryPlanner.Mode.ONE_ALLOCATION_PER_BUFFER);
    try (Backend backend = Backends.open("cuda");
        StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, options)) {
      List<HostTensor> first = run(program, results, inputs);
      for (int replay = 0; replay < 2; replay++) {
        assertThat(run(program, results, inputs)).isEqualTo(first);
      }
      return new Run(first, program.steps().stream().map(step -> step.kernelName()).toList());
    }
  }

  private static List<HostTensor> run(Program program, List<Value> results, HostTensor[] inputs) {
    Bindings bindings = new Bindings();
    for (int i = 0; i < inputs.length; i++) {
      bindings.input("x" + i, inputs[i]);
    }
    List<HostTensor> outputs = new ArrayList<>();
    for (Value result : results) {
      // Whatever a kernel does not write stays recognizable.
      outputs.add(HostTensor.filled(result.type(), 123));
      bindings.output("y" + result.index(), outputs.get(result.index()));
    }
    program.run(bindings);
    return outputs;
  }
}
