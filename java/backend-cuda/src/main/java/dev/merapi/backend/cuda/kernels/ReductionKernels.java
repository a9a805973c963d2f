package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Joins the elements along axes. */
final class ReductionKernels {
  private ReductionKernels() {}

  static void register(KernelTable table) {
    table.add(Reduce.class, ReductionKernels::reduce);
    table.add(SumOfSquares.class, SumOfSquaresKernel::create);
  }

  private static CudaKernel reduce(
      Reduce op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    TensorType x = inputs.get(0);
    Shape shape = x.shape();
    Places kept = Places.of(shape, op.axes(), false);
    Places joined = Places.of(shape, op.axes(), true);
    Reduction reduction = Reduction.of(op.function(), x.dtype(), kept, joined, context);
    return new LaunchKernel(
        reduction.variant(),
        reduction.workspaceBytes(),
        (in, out, workspace) -> {
          DevicePointer pieces = workspace == null ? null : workspace.pointer();
          return reduction.launches(in[0].pointer(), out[0].pointer(), pieces);
        });
  }
}
