package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.BoundStep;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.core.runtime.SequentialExecutable;
import java.util.List;

/** Launches bound kernels one after the other, and releases what binding made. */
final class CpuExecutable implements Executable {
  private final Executable sequence;
  private final List<CpuKernel> kernels;

  CpuExecutable(BoundProgram program, Stream stream) {
    sequence = new SequentialExecutable(program, stream);
    kernels = program.steps().stream().map(step -> (CpuKernel) step.prepared().kernel()).toList();
    program.steps().forEach(CpuExecutable::bind);
  }

  private static void bind(BoundStep step) {
    try {
      ((CpuKernel) step.prepared().kernel()).bind(step.buffers());
    } catch (RuntimeException e) {
      throw KernelException.at(step.prepared().step().node(), e);
    }
  }

  @Override
  public void run(Bindings bindings) {
    sequence.run(bindings);
  }

  @Override
  public void close() {
    kernels.forEach(CpuKernel::release);
    sequence.close();
  }
}
