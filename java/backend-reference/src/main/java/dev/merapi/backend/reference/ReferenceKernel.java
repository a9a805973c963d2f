package dev.merapi.backend.reference;

import dev.merapi.core.graph.Op;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** One op on given types: reads the inputs' cells and writes every cell of the outputs. */
@FunctionalInterface
interface ReferenceKernel {
  void run(Cells[] inputs, Cells[] outputs);

  /** Makes the kernel of an op for given types; here, not in {@code run}, shapes are looked at. */
  @FunctionalInterface
  interface Factory<O extends Op> {
    ReferenceKernel create(O op, List<TensorType> inputs, List<TensorType> outputs);
  }
}
