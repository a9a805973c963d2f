package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.pass.epilogue.WeightAndBiasGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which kernel runs which op. */
final class KernelTable {
  private final Map<Class<?>, CpuKernel.Factory<?>> factories = new HashMap<>();

  /** All kernels, family by family. */
  static KernelTable create() {
    KernelTable table = new KernelTable();
    if (NativeLoops.available()) { // else it is taken apart
      AttentionKernels.register(table);
    }
    BatchNormKernels.register(table);
    Conv2dKernels.register(table);
    LocalResponseNormKernels.register(table);
    MatMulKernels.register(table);
    MovementKernels.register(table);
    PoolingKernels.register(table);
    RandomKernels.register(table);
    RecurrentKernels.register(table);
    ReductionKernels.register(table);
    SoftmaxKernels.register(table);
    table.add(SumOfSquares.class, SumOfSquaresKernel::create);
    StandardizationKernels.register(table);
    table.add(WeightAndBiasGrad.class, WeightAndBiasGradKernel::create);
    return table;
  }

  <O extends Op> void add(Class<O> op, CpuKernel.Factory<O> factory) {
    if (factories.put(op, factory) != null) {
      throw new IllegalStateException("two kernels for " + op.getSimpleName());
    }
  }

  boolean has(Op op) {
    return op instanceof Elementwise || factories.containsKey(op.getClass());
  }

  /** The kernel; any elementwise op has the one that evaluates its expressions. */
  @SuppressWarnings("unchecked") // add() ties the factory's type to the class it is found by
  CpuKernel create(Op op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    if (op instanceof Elementwise elementwise) {
      return ElementwiseKernels.create(elementwise, inputs, outputs, engine);
    }
    if (op instanceof ChannelsLast images) {
      return create(
          images.op(), images.channelsFirst(inputs), images.channelsFirstOutputs(outputs), engine);
    }
    var factory = (CpuKernel.Factory<Op>) factories.get(op.getClass());
    if (factory == null) {
      throw new IllegalArgumentException("the cpu backend has no kernel for " + op.name());
    }
    return factory.create(op, inputs, outputs, engine);
  }
}
