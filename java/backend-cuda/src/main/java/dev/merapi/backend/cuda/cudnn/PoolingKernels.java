package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.TensorType;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnPoolingDescriptor;
import jcuda.jcudnn.cudnnPoolingMode;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Pooling by cuDNN. Its gradients are not here: cuDNN does not say which of equal elements gets
 * that of a maximum, and wants the input of an average, which the op does not keep.
 */
public final class PoolingKernels {
  private static final int MAX = cudnnPoolingMode.CUDNN_POOLING_MAX_DETERMINISTIC;
  private static final int AVERAGE = cudnnPoolingMode.CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING;

  private PoolingKernels() {}

  public static void register(KernelTable table) {
    table.add(
        MaxPool2d.class,
        KernelTable::isFloat32,
        (op, in, out, context) -> forward(MAX, op.window(), in.get(0), out.get(0), context));
    table.add(
        AvgPool2d.class,
        KernelTable::isFloat32,
        (op, in, out, context) -> forward(AVERAGE, op.window(), in.get(0), out.get(0), context));
  }

  private static CudaKernel forward(
      int mode, Window2d window, TensorType xType, TensorType yType, CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    return new CudnnKernel(
        "pooling " + window + " of " + xType,
        (descriptors, in, out, workspace) -> {
          cudnnPoolingDescriptor pooling = descriptors.pooling(mode, window);
          cudnnTensorDescriptor x = descriptors.tensor(xType.shape());
          cudnnTensorDescriptor y = descriptors.tensor(yType.shape());
          return () ->
              JCudnn.cudnnPoolingForward(
                  cudnn.handle(),
                  pooling,
                  cudnn.one(),
                  x,
                  in[0].pointer(),
                  cudnn.zero(),
                  y,
                  out[0].pointer());
        });
  }
}
