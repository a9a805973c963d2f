package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.graph.Node;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.BatchNormGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnBatchNormMode;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Batch normalization and its gradient by cuDNN. What it saves is what the op saves: the mean and
 * the inverse standard deviation. Running statistics are the graph's business, so it gets none.
 */
public final class BatchNormKernels {
  private static final int SPATIAL = cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL;

  /** With what the forward op saved, cuDNN checks it and does nothing else with it. */
  private static final double UNUSED_EPSILON = 1e-5;

  /** Images of one launch: a grid's second and third axes end here. */
  private static final int MAX_BATCH = 65535;

  private BatchNormKernels() {}

  public static void register(KernelTable table) {
    table.add(BatchNorm.class, node -> fits(node, 0), BatchNormKernels::forward);
    table.add(BatchNormGrad.class, node -> fits(node, 1), BatchNormKernels::backward);
  }

  /** The same for both ops of a pair; others are decomposed. */
  private static boolean fits(Node node, int x) {
    Shape shape = node.inputTypes().get(x).shape();
    return KernelTable.isFloat32(node) && shape.rank() <= 4 && shape.dim(0) <= MAX_BATCH;
  }

  private static CudaKernel forward(
      BatchNorm op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    Shape shape = inputs.get(0).shape();
    Pointer none = new Pointer();
    return new CudnnKernel(
        op + " of " + inputs.get(0),
        (descriptors, in, out, workspace) -> {
          cudnnTensorDescriptor x = descriptors.tensor(shape);
          cudnnTensorDescriptor channel = descriptors.tensor(perChannel(shape));
          return () ->
              JCudnn.cudnnBatchNormalizationForwardTraining(
                  cudnn.handle(),
                  SPATIAL,
                  cudnn.one(),
                  cudnn.zero(),
                  x,
                  in[0].pointer(),
                  x,
                  out[0].pointer(),
                  channel,
                  in[1].pointer(),
                  in[2].pointer(),
                  0,
                  none,
                  none,
                  op.epsilon(),
                  out[1].pointer(),
                  out[2].pointer());
        });
  }

  private static CudaKernel backward(
      BatchNormGrad op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    Shape shape = inputs.get(1).shape();
    return new CudnnKernel(
        op + " of " + inputs.get(1),
        (descriptors, in, out, workspace) -> {
          cudnnTensorDescriptor x = descriptors.tensor(shape);
          cudnnTensorDescriptor channel = descriptors.tensor(perChannel(shape));
          return () ->
              JCudnn.cudnnBatchNormalizationBackward(
                  cudnn.handle(),
                  SPATIAL,
                  cudnn.one(),
                  cudnn.zero(),
                  cudnn.one(),
                  cudnn.zero(),
                  x,
                  in[1].pointer(),
                  x,
                  in[0].pointer(),
                  x,
                  out[0].pointer(),
                  channel,
                  in[2].pointer(),
                  out[1].pointer(),
                  out[2].pointer(),
                  UNUSED_EPSILON,
                  in[3].pointer(),
                  in[4].pointer());
        });
  }

  private static Shape perChannel(Shape x) {
    return Shape.of(1, x.dim(1), 1, 1);
  }
}
