package dev.merapi.core.runtime;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.BoundStep;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.tensor.HostTensor;
import java.util.Map;

/** Launches one kernel after the other: all that a backend without replay needs. */
public final class SequentialExecutable implements Executable {
  private final BoundStep[] steps;
  private final Map<String, Buffer> inputs;
  private final Map<String, Buffer> outputs;
  private final Stream stream;
  private final Profile profile;

  public SequentialExecutable(BoundProgram program, Stream stream) {
    this.steps = program.steps().toArray(BoundStep[]::new);
    this.inputs = program.inputs();
    this.outputs = program.outputs();
    this.stream = stream;
    this.profile = program.profile();
  }

  @Override
  public void run(Bindings bindings) {
    for (Map.Entry<String, HostTensor> input : bindings.inputs().entrySet()) {
      inputs.get(input.getKey()).copyFromHost(input.getValue());
    }
    if (profile.isOn()) {
      runOneByOne();
    } else {
      for (BoundStep step : steps) {
        launch(step);
      }
    }
    for (Map.Entry<String, HostTensor> output : bindings.outputs().entrySet()) {
      outputs.get(output.getKey()).copyToHost(output.getValue());
    }
  }

  private void runOneByOne() {
    stream.synchronize();
    for (BoundStep step : steps) {
      long start = System.nanoTime();
      launch(step);
      stream.synchronize();
      profile.launched(step.prepared(), start);
    }
  }

  private void launch(BoundStep step) {
    try {
      step.prepared().kernel().launch(step.buffers(), stream);
    } catch (RuntimeException e) {
      throw KernelException.at(step.prepared().step().node(), e);
    }
  }

  @Override
  public void close() {
    // Buffers belong to the program, kernels hold nothing.
  }
}
