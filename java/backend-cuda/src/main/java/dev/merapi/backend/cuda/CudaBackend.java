package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.cudnn.UseCudnnRecurrent;
import dev.merapi.backend.cuda.kernels.CopyKernel;
import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaMemory;
import dev.merapi.backend.cuda.runtime.HostMemory;
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
import dev.merapi.core.graph.Region;
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
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs programs on an NVIDIA GPU. */
final class CudaBackend implements Backend {
  /** Set to {@code false}, programs are launched kernel by kernel. */
  private static final String GRAPH = "merapi.cuda.graph";

  private final KernelTable kernels = CudaKernels.table(Numerics.DEFAULT);
  private final CudaContext context;
  private final Map<Numerics, EpilogueSupport> epilogues = new HashMap<>();

  CudaBackend(CudaContext context) {
    this.context = context;
  }

  @Override
  public String device() {
    return "cuda:" + context.ordinal();
  }

  @Override
  public boolean supports(Node node) {
    return !Storage.isStep(node)
        || node.op() instanceof State
        || UseCudnnRecurrent.replaces(node)
        || kernels.has(node);
  }

  @Override
  public List<Pass> passes(Numerics numerics) {
    EpilogueSupport support =
        epilogues.computeIfAbsent(
            numerics, n -> new EpilogueSupport(CudaKernels.table(n), context));
    return List.of(
        new UseCudnnRecurrent(context, numerics),
        new FuseEpilogue(support),
        new FuseBiasGrad(support));
  }

  @Override
  public Fusion fusion() {
    return Fusion.HORIZONTAL;
  }

  @Override
  public List<PreparedStep> prepare(Schedule schedule, Numerics numerics) {
    context.use();
    KernelTable table = CudaKernels.table(numerics);
    return schedule.steps().stream().map(step -> prepare(step, table)).toList();
  }

  private PreparedStep prepare(Step step, KernelTable table) {
    Node node = step.node();
    List<TensorType> outputs = node.op() instanceof State ? node.inputTypes() : node.outputTypes();
    CudaKernel kernel = kernel(node, outputs, table);
    String variant = kernel.variant();
    return new PreparedStep(
        step,
        "cuda." + node.op().name() + (variant.isEmpty() ? "" : "." + variant),
        kernel,
        node.inputs().stream().map(Value::type).map(PhysicalType::dense).toList(),
        outputs.stream().map(PhysicalType::dense).toList(),
        kernel.workspaceBytes(),
        node.op() instanceof Elementwise || node.op() instanceof Region);
  }

  private CudaKernel kernel(Node node, List<TensorType> outputs, KernelTable table) {
    try {
      return node.op() instanceof State
          ? new CopyKernel()
          : table.create(node.op(), node.inputTypes(), outputs, context);
    } catch (RuntimeException e) {
      throw KernelException.at(node, context.failure(e));
    }
  }

  @Override
  public Memory allocate(long bytes, String owner) {
    return new CudaMemory(context, bytes, owner);
  }

  @Override
  public Memory allocateHost(long bytes, String owner) {
    return new HostMemory(context, bytes, owner);
  }

  @Override
  public Stream stream() {
    return context.stream();
  }

  @Override
  public Executable bind(BoundProgram program) {
    boolean oneByOne =
        "false".equals(System.getProperty(GRAPH))
            || context.stream().isSynchronous()
            || program.profile().isOn();
    return new CudaExecutable(program, context, !oneByOne);
  }

  @Override
  public void close() {
    context.close();
  }
}
