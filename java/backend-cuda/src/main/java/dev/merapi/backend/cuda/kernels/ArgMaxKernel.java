package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Finds the largest element along an axis: along the last one with a warp for each row, along
 * another one with a thread for each result, neighbours reading neighbours.
 */
final class ArgMaxKernel {
  private static final String FILE = "arg_max.cu";
  private static final int WARP = 32;

  private ArgMaxKernel() {}

  static void register(KernelTable table) {
    table.add(ArgMax.class, ArgMaxKernel::create);
  }

  private static CudaKernel create(
      ArgMax op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape x = inputs.get(0).shape();
    int size = x.dim(op.axis());
    int inner = x.slice(op.axis() + 1, x.rank()).elements();
    int results = outputs.get(0).shape().elements();
    boolean isRows = inner == 1;
    String name = (isRows ? "rows_" : "columns_") + IndexKernels.suffix(inputs.get(0));
    return LaunchKernel.over(
        isRows ? (long) WARP * results : results,
        context.function(FILE, name),
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(out[0]).int32(results).int32(size);
          if (!isRows) {
            Divisor.set(launch, inner);
          }
        });
  }
}
