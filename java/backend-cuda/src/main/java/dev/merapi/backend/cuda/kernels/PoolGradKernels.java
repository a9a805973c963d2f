package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.op.window.WindowAxis;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradients of pooling: that of a maximum goes to the first of equal elements, where cuDNN does
 * not say to which, and that of an average needs no input, which cuDNN wants.
 */
final class PoolGradKernels {
  private static final String FILE = "pool_grad.cu";

  private PoolGradKernels() {}

  static void register(KernelTable table) {
    table.add(MaxPool2dGrad.class, KernelTable::isFloat32, PoolGradKernels::max);
    table.add(AvgPool2dGrad.class, KernelTable::isFloat32, PoolGradKernels::average);
  }

  private static CudaKernel max(
      MaxPool2dGrad op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape x = outputs.get(0).shape();
    return LaunchKernel.over(
        x.elements(),
        context.function(FILE, "max_pool_grad"),
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(in[1]).pointer(in[2]).pointer(out[0]);
          axes(launch, op.window(), x, inputs.get(2).shape());
        });
  }

  private static CudaKernel average(
      AvgPool2dGrad op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape x = outputs.get(0).shape();
    return LaunchKernel.over(
        x.elements(),
        context.function(FILE, "avg_pool_grad"),
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(out[0]);
          axes(launch, op.window(), x, inputs.get(0).shape());
        });
  }

  private static void axes(Launch.Builder launch, Window2d window, Shape x, Shape y) {
    axis(launch, window.h(), x.dim(2), y.dim(2));
    axis(launch, window.w(), x.dim(3), y.dim(3));
    launch.int32(x.elements());
  }

  /** The kernel's structure of that name. */
  private static void axis(Launch.Builder launch, WindowAxis axis, int size, int windows) {
    launch.int32(size).int32(windows);
    launch.int32(axis.kernel()).int32(axis.stride()).int32(axis.padding());
  }
}
