package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.Fusion;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.backend.Stream;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Reduction;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.pass.Pass;
import dev.merapi.core.pass.epilogue.FuseBiasGrad;
import dev.merapi.core.pass.epilogue.FuseEpilogue;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.plan.Schedule;
import dev.merapi.core.plan.Step;
import dev.merapi.core.plan.Storage;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Runs programs on the processor, in F32. */
final class CpuBackend implements Backend {
  private final KernelTable kernels = KernelTable.create();
  private final Engine engine = Engine.open();

  /** A launch returns when its work is done, so there is never anything to wait for. */
  private final Stream stream = () -> {};

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public boolean supports(Node node) {
    return !Storage.isStep(node)
        || node.op() instanceof State
        || KeepMaxPoolIndices.replaces(node.op())
        || kernels.has(node.op()) && !AttentionKernels.isBetterApart(node);
  }

  @Override
  public List<Pass> passes(Numerics numerics) {
    return List.of(
        new FuseEpilogue((op, inputs) -> kernels.has(op)),
        new FuseBiasGrad((op, inputs) -> kernels.has(op)),
        new KeepMaxPoolIndices(),
        new SkipUnusedGradX(),
        new PreferChannelsLast());
  }

  @Override
  public Fusion fusion() {
    return Fusion.REGIONS;
  }

  @Override
  public List<PreparedStep> prepare(Schedule schedule, Numerics numerics) {
    return schedule.steps().stream().map(this::prepare).toList();
  }

  private PreparedStep prepare(Step step) {
    Node node = step.node();
    List<TensorType> outputs = node.op() instanceof State ? node.inputTypes() : node.outputTypes();
    checkTypes(node, outputs);
    CpuKernel kernel = kernel(node, outputs);
    String variant = kernel.variant();
    return new PreparedStep(
        step,
        "cpu." + node.op().name() + (variant.isEmpty() ? "" : "." + variant),
        kernel,
        node.inputs().stream().map(Value::type).map(PhysicalType::dense).toList(),
        outputs.stream().map(PhysicalType::dense).toList(),
        kernel.workspaceBytes(),
        node.op() instanceof Elementwise);
  }

  private CpuKernel kernel(Node node, List<TensorType> outputs) {
    try {
      return node.op() instanceof State
          ? MovementKernels.copy(outputs.get(0), engine)
          : kernels.create(node.op(), node.inputTypes(), outputs, engine);
    } catch (RuntimeException e) {
      throw KernelException.at(node, e);
    }
  }

  /** Losses are summed in F64, so that elementwise ops, reductions and assignments know it. */
  private static void checkTypes(Node node, List<TensorType> outputs) {
    if (node.op() instanceof Elementwise
        || node.op() instanceof Reduction
        || node.op() instanceof State) {
      return;
    }
    List<TensorType> types = new ArrayList<>(node.inputTypes());
    types.addAll(outputs);
    for (TensorType type : types) {
      if (type.dtype() == DType.F64) {
        throw new GraphException(
            "%s: the cpu backend computes in F32, found %s; the reference backend knows F64"
                .formatted(node, type));
      }
    }
  }

  @Override
  public Memory allocate(long bytes, String owner) {
    return new CpuMemory(bytes, owner);
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
    return new CpuExecutable(program, stream);
  }

  @Override
  public void close() {
    engine.close();
  }
}
