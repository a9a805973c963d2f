package dev.merapi.backend.reference;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.Fusion;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.pass.Pass;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.plan.Schedule;
import dev.merapi.core.plan.Step;
import dev.merapi.core.plan.Storage;
import dev.merapi.core.runtime.SequentialExecutable;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Runs programs by plain loops in the Java heap. */
final class ReferenceBackend implements Backend {
  private final KernelTable kernels = KernelTable.create();

  /** Work is done when it is asked for, so there is never anything to wait for. */
  private final Stream stream = () -> {};

  @Override
  public String device() {
    return "reference";
  }

  @Override
  public boolean supports(Node node) {
    return !Storage.isStep(node) || node.op() instanceof State || kernels.has(node.op());
  }

  @Override
  public List<Pass> passes(Numerics numerics) {
    return List.of();
  }

  @Override
  public Fusion fusion() {
    return Fusion.NONE;
  }

  @Override
  public List<PreparedStep> prepare(Schedule schedule, Numerics numerics) {
    return schedule.steps().stream().map(this::prepare).toList();
  }

  private PreparedStep prepare(Step step) {
    Node node = step.node();
    List<TensorType> outputs = node.op() instanceof State ? node.inputTypes() : node.outputTypes();
    ReferenceKernel kernel =
        node.op() instanceof State
            ? copy(outputs.get(0).shape().elements())
            : kernels.create(node.op(), node.inputTypes(), outputs);
    return new PreparedStep(
        step,
        "reference." + node.op().name(),
        new CellsKernel(kernel, node.inputs().size(), outputs.size()),
        node.inputs().stream().map(Value::type).map(PhysicalType::dense).toList(),
        outputs.stream().map(PhysicalType::dense).toList(),
        0,
        node.op() instanceof Elementwise);
  }

  private static ReferenceKernel copy(int elements) {
    return (inputs, outputs) -> {
      for (int i = 0; i < elements; i++) {
        outputs[0].set(i, inputs[0].get(i));
      }
    };
  }

  @Override
  public Memory allocate(long bytes, String owner) {
    return new HeapMemory(bytes, owner);
  }

  @Override
  public Memory allocateHost(long bytes, String owner) {
    return allocate(bytes, owner);
  }

  @Override
  public Stream stream() {
    return stream;
  }

  @Override
  public Executable bind(BoundProgram program) {
    return new SequentialExecutable(program, stream);
  }

  @Override
  public void close() {
    // The heap needs no releasing.
  }
}
