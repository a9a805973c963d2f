package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which kernel runs which op. */
public final class KernelTable {
  private final Numerics numerics;
  private final Map<Class<?>, CudaKernel.Factory<?>> factories = new HashMap<>();
  private final Map<Class<?>, Predicate<Node>> conditions = new HashMap<>();

  /** For kernels that only know F32. */
  public static boolean isFloat32(Node node) {
    return Stream.concat(node.inputTypes().stream(), node.outputTypes().stream())
        .allMatch(type -> type.dtype() == DType.F32);
  }

  private KernelTable(Numerics numerics) {
    this.numerics = numerics;
  }

  /** A table with the kernels of our own, to which those that call NVIDIA's libraries are added. */
  public static KernelTable ofOwnKernels(Numerics numerics) {
    KernelTable table = new KernelTable(numerics);
    table.add(FusedScalars.class, FusedScalarsKernel::create);
    table.add(ForEach.class, ForEachKernel::create);
    ArgMaxKernel.register(table);
    IndexKernels.register(table);
    LayerNormKernels.register(table);
    MovementKernels.register(table);
    RandomKernels.register(table);
    ReductionKernels.register(table);
    SoftmaxKernels.register(table);
    PoolGradKernels.register(table);
    LocalResponseNormKernels.register(table);
    return table;
  }

  /** What its kernels may do to be faster. */
  public Numerics numerics() {
    return numerics;
  }

  public <O extends Op> void add(Class<O> op, CudaKernel.Factory<O> factory) {
    if (factories.put(op, factory) != null) {
      throw new IllegalStateException("two kernels for " + op.getSimpleName());
    }
  }

  /** A kernel for those types and shapes only that meet a condition. */
  public <O extends Op> void add(
      Class<O> op, Predicate<Node> condition, CudaKernel.Factory<O> factory) {
    add(op, factory);
    conditions.put(op, condition);
  }

  public boolean has(Node node) {
    Class<?> op = node.op().getClass();
    return node.op() instanceof Elementwise
        || (factories.containsKey(op) && conditions.getOrDefault(op, any -> true).test(node));
  }

  /** The kernel; any elementwise op has the one that is generated from its expressions. */
  @SuppressWarnings("unchecked") // add() ties the factory's type to the class it is found by
  public CudaKernel create(
      Op op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    if (op instanceof Elementwise elementwise) {
      return ElementwiseKernels.create(elementwise, inputs, outputs, context);
    }
    var factory = (CudaKernel.Factory<Op>) factories.get(op.getClass());
    if (factory == null) {
      throw new IllegalArgumentException("the cuda backend has no kernel for " + op.name());
    }
    return factory.create(op, inputs, outputs, context);
  }
}
