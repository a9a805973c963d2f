package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Op;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which kernel runs which op. */
public final class KernelTable {
  private final Map<Class<?>, CudaKernel.Factory<?>> factories = new HashMap<>();

  /** All kernels, family by family. */
  public static KernelTable create() {
    KernelTable table = new KernelTable();
    ArgMaxKernel.register(table);
    IndexKernels.register(table);
    LayerNormKernels.register(table);
    MovementKernels.register(table);
    RandomKernels.register(table);
    ReductionKernels.register(table);
    SoftmaxKernels.register(table);
    return table;
  }

  public <O extends Op> void add(Class<O> op, CudaKernel.Factory<O> factory) {
    if (factories.put(op, factory) != null) {
      throw new IllegalStateException("two kernels for " + op.getSimpleName());
    }
  }

  public boolean has(Op op) {
    return op instanceof Elementwise || factories.containsKey(op.getClass());
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
