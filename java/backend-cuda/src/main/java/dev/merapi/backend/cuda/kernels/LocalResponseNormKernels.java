package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.normalization.LocalResponseNormGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Local response normalization and its gradient. cuDNN's has no scale among its results, takes the
 * channels of an even size from the other side, and not every size, beta and k.
 */
final class LocalResponseNormKernels {
  private static final String FILE = "local_response_norm.cu";

  private LocalResponseNormKernels() {}

  static void register(KernelTable table) {
    table.add(LocalResponseNorm.class, KernelTable::isFloat32, LocalResponseNormKernels::forward);
    table.add(
        LocalResponseNormGrad.class, KernelTable::isFloat32, LocalResponseNormKernels::backward);
  }

  private static CudaKernel forward(
      LocalResponseNorm op,
      List<TensorType> inputs,
      List<TensorType> outputs,
      CudaContext context) {
    Shape shape = inputs.get(0).shape();
    return LaunchKernel.over(
        shape.elements(),
        context.function(FILE, "local_response_norm"),
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(out[0]).pointer(out[1]);
          channels(launch, shape, op.size() / 2, (op.size() - 1) / 2);
          launch.float32((float) (op.alpha() / op.size()));
          launch.float32((float) op.beta()).float32((float) op.k()).int32(shape.elements());
        });
  }

  private static CudaKernel backward(
      LocalResponseNormGrad grad,
      List<TensorType> inputs,
      List<TensorType> outputs,
      CudaContext context) {
    LocalResponseNorm op = grad.forward();
    Shape shape = inputs.get(1).shape();
    return LaunchKernel.over(
        shape.elements(),
        context.function(FILE, "local_response_norm_grad"),
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(in[1]).pointer(in[2]).pointer(in[3]).pointer(out[0]);
          channels(launch, shape, (op.size() - 1) / 2, op.size() / 2);
          launch.float32((float) (2 * op.alpha() * op.beta() / op.size()));
          launch.float32((float) op.beta()).int32(shape.elements());
        });
  }

  /** The kernel's structure of that name. */
  private static void channels(Launch.Builder launch, Shape x, int before, int after) {
    launch.int32(x.dim(1)).int32(x.strides()[1]).int32(before).int32(after);
  }
}
