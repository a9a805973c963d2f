package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.runtime.CapturedGraph;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.InputRing;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.BoundStep;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.SequentialExecutable;
import dev.merapi.core.tensor.HostTensor;
import java.util.List;
import java.util.Map;

/**
 * Runs a program: the first time kernel by kernel, the second time recording what it launches, and
 * from then on by one launch of the recorded graph. Inputs and outputs are copied outside of it,
 * inputs by an {@link InputRing} while the run before is still at work.
 */
final class CudaExecutable implements Executable {
  private final CudaContext context;
  private final Map<String, Buffer> outputs;
  private final Executable steps;
  private final List<CudaKernel> kernels;
  private final InputRing inputs;
  private final Bindings nothing = new Bindings();
  private final boolean captures;
  private boolean ranOnce;
  private CapturedGraph graph;

  /**
   * Binds the kernels.
   *
   * @param captures whether to record a graph; else every run launches kernel by kernel
   */
  CudaExecutable(BoundProgram program, CudaContext context, boolean captures) {
    this.context = context;
    this.captures = captures && !program.steps().isEmpty();
    outputs = program.outputs();
    context.use();
    kernels = program.steps().stream().map(CudaExecutable::kernel).toList();
    Owned bound = new Owned();
    kernels.forEach(kernel -> bound.add(kernel::release));
    try {
      program.steps().forEach(CudaExecutable::bind);
      inputs = new InputRing(context, program.inputs());
    } catch (RuntimeException | Error e) {
      bound.closeAfter(e);
      throw e;
    }
    BoundProgram alone = new BoundProgram(program.steps(), Map.of(), Map.of(), program.profile());
    steps = new SequentialExecutable(alone, context.stream());
  }

  private static CudaKernel kernel(BoundStep step) {
    return (CudaKernel) step.prepared().kernel();
  }

  private static void bind(BoundStep step) {
    try {
      kernel(step).bind(step.buffers());
    } catch (RuntimeException e) {
      throw KernelException.at(step.prepared().step().node(), e);
    }
  }

  @Override
  public void run(Bindings bindings) {
    context.use();
    try {
      runSteps(bindings);
    } catch (RuntimeException e) {
      throw context.failure(e);
    }
  }

  private void runSteps(Bindings bindings) {
    inputs.send(bindings);
    if (captures && ranOnce) {
      if (graph == null) {
        graph = CapturedGraph.record(context.stream(), () -> steps.run(nothing));
      }
      graph.launch(context.stream());
    } else {
      steps.run(nothing);
      ranOnce = true;
    }
    for (Map.Entry<String, HostTensor> output : bindings.outputs().entrySet()) {
      outputs.get(output.getKey()).copyToHost(output.getValue());
    }
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      kernels.forEach(kernel -> owned.add(() -> context.release(kernel::release)));
      owned.add(() -> context.release(inputs::close));
      if (graph != null) {
        owned.add(() -> context.release(graph::close));
      }
      owned.add(() -> context.release(context.stream()::synchronize));
      owned.add(() -> context.release(context::use));
    }
  }
}
