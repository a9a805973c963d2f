package dev.merapi.core.runtime;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.BoundStep;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.tensor.HostTensor;
import java.util.Map;

/** Launches one kernel after the other: all that a backend without replay needs. */
public final class SequentialExecutable implements Executable {
  private final BoundStep[] steps;
  private final Map<String, Buffer> inputs;
  private final Map<String, Buffer> outputs;
  private final Stream stream;

  public SequentialExecutable(BoundProgram program, Stream stream) {
    this.steps = program.steps().toArray(BoundStep[]::new);
    this.inputs = program.inputs();
    this.outputs = program.outputs();
    this.stream = stream;
  }

  @Override
  public void run(Bindings bindings) {
    for (Map.Entry<String, HostTensor> input : bindings.inputs().entrySet()) {
      inputs.get(input.getKey()).copyFromHost(input.getValue());
    }
    for (BoundStep step : steps) {
      try {
        step.prepared().kernel().launch(step.buffers(), stream);
      } catch (RuntimeException e) {
        throw KernelException.at(step.prepared().step().node(), e);
      }
    }
    for (Map.Entry<String, HostTensor> output : bindings.outputs().entrySet()) {
      outputs.get(output.getKey()).copyToHost(output.getValue());
    }
  }

  @Override
  public void close() {
    // Buffers belong to the program, kernels hold nothing.
  }
}
