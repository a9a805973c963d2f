package dev.merapi.backend.reference;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Op;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which kernel runs which op. */
final class KernelTable {
  private final Map<Class<?>, ReferenceKernel.Factory<?>> factories = new HashMap<>();

  /** All kernels, family by family. */
  static KernelTable create() {
    KernelTable table = new KernelTable();
    AttentionKernels.register(table);
    ContractionKernels.register(table);
    Conv2dKernels.register(table);
    LocalResponseNormKernels.register(table);
    MovementKernels.register(table);
    NormalizationKernels.register(table);
    PoolingKernels.register(table);
    RandomKernels.register(table);
    RecurrentKernels.register(table);
    ReductionKernels.register(table);
    SoftmaxKernels.register(table);
    SourceKernels.register(table);
    return table;
  }

  <O extends Op> void add(Class<O> op, ReferenceKernel.Factory<O> factory) {
    if (factories.put(op, factory) != null) {
      throw new IllegalStateException("two kernels for " + op.getSimpleName());
    }
  }

  boolean has(Op op) {
    return op instanceof Elementwise || factories.containsKey(op.getClass());
  }

  /** The kernel; any elementwise op has the one that evaluates its expressions. */
  @SuppressWarnings("unchecked") // add() ties the factory's type to the class it is found by
  ReferenceKernel create(Op op, List<TensorType> inputs, List<TensorType> outputs) {
    if (op instanceof Elementwise elementwise) {
      return ElementwiseKernels.create(elementwise, inputs, outputs);
    }
    var factory = (ReferenceKernel.Factory<Op>) factories.get(op.getClass());
    if (factory == null) {
      throw new IllegalArgumentException("the reference backend has no kernel for " + op.name());
    }
    return factory.create(op, inputs, outputs);
  }
}
