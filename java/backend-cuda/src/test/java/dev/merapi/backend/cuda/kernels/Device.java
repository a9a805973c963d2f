package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
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
import java.util.function.BiFunction;
import jcuda.driver.JCudaDriver;

/**
 * A GPU, or what stands in for one, that runs single ops. Each tensor has memory of its own, so
 * that an access beyond its end is seen. Where there is neither, the test is skipped.
 */
final class Device implements AutoCloseable {
  private static final int RUNS = 3;

  /** What makes a stand-in forget an error that its context would keep. */
  private static final int CLEAR_ERROR = 0x454D0006;

  private final Backend backend;
  private final List<String> kernels = new ArrayList<>();

  Device() {
    Availability availability = Backends.availability().get("cuda");
    assumeTrue(availability.usable(), availability.reason());
    backend = Backends.open("cuda");
  }

  /** The first output. */
  HostTensor run(Op op, HostTensor... inputs) {
    return runAll(op, inputs).get(0);
  }

  /** All outputs, which must be the same launched, recorded and replayed. */
  List<HostTensor> runAll(Op op, HostTensor... inputs) {
    return with(
        op,
        inputs,
        (program, bindings) -> {
          List<HostTensor> outputs = List.copyOf(bindings.outputs().values());
          program.run(bindings);
          List<HostTensor> first = outputs.stream().map(y -> y.to(y.dtype())).toList();
          for (int run = 1; run < RUNS; run++) {
            outputs.forEach(Device::spoil);
            program.run(bindings);
            for (int i = 0; i < outputs.size(); i++) {
              assertThat(outputs.get(i).bytes())
                  .as("bytes of output %d of run %d", i, run)
                  .isEqualTo(first.get(i).bytes());
            }
          }
          return outputs;
        });
  }

  private static void spoil(HostTensor output) {
    for (int i = 0; i < output.elements(); i++) {
      output.set(i, 99);
    }
  }

  /** What goes wrong; a real device would be of no use any more, so that this needs a stand-in. */
  Throwable failure(Op op, HostTensor... inputs) {
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "no stand-in for CUDA is given");
    return with(
        op,
        inputs,
        (program, bindings) -> {
          Throwable failure = catchThrowable(() -> program.run(bindings));
          JCudaDriver.cuCtxSetLimit(CLEAR_ERROR, 0);
          return failure;
        });
  }

  private <T> T with(Op op, HostTensor[] inputs, BiFunction<Program, Bindings, T> work) {
    Graph graph = new Graph("test", 1);
    Value[] values = new Value[inputs.length];
    Bindings bindings = new Bindings();
    for (int i = 0; i < inputs.length; i++) {
      values[i] = Input.of(graph, "x" + i, inputs[i].type());
      bindings.input("x" + i, inputs[i]);
    }
    for (Value y : graph.applyAll(op, List.of(values))) {
      graph.output("y" + y.index(), y);
      bindings.output("y" + y.index(), HostTensor.zeros(y.type()));
    }
    CompileOptions options =
        CompileOptions.DEFAULT.memory(MemoryPlanner.Mode.ONE_ALLOCATION_PER_BUFFER);
    try (StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, options)) {
      kernels.clear();
      program.steps().forEach(step -> kernels.add(step.kernelName()));
      return work.apply(program, bindings);
    }
  }

  /** The kernels of what ran last. */
  List<String> kernels() {
    return kernels;
  }

  @Override
  public void close() {
    backend.close();
  }
}
