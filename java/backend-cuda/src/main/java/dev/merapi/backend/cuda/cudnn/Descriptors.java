package dev.merapi.backend.cuda.cudnn;

import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.op.window.WindowAxis;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.tensor.Shape;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnNanPropagation;
import jcuda.jcudnn.cudnnPoolingDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/** Makes what describes tensors and operations to cuDNN, and destroys all of it together. */
final class Descriptors implements AutoCloseable {
  private static final int FLOAT = cudnnDataType.CUDNN_DATA_FLOAT;

  private final Owned made = new Owned();

  /** Images [N, C, H, W], or [N, C] and [N, C, L] with axes of 1 behind them. */
  cudnnTensorDescriptor tensor(Shape shape) {
    cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();
    JCudnn.cudnnCreateTensorDescriptor(descriptor);
    made.add(() -> JCudnn.cudnnDestroyTensorDescriptor(descriptor));
    JCudnn.cudnnSetTensor4dDescriptor(
        descriptor,
        cudnnTensorFormat.CUDNN_TENSOR_NCHW,
        FLOAT,
        shape.dim(0),
        shape.dim(1),
        shape.rank() > 2 ? shape.dim(2) : 1,
        shape.rank() > 3 ? shape.dim(3) : 1);
    return descriptor;
  }

  /** Filters [outChannels, inChannels / groups, kernelH, kernelW]. */
  cudnnFilterDescriptor filter(Shape shape) {
    cudnnFilterDescriptor descriptor = new cudnnFilterDescriptor();
    JCudnn.cudnnCreateFilterDescriptor(descriptor);
    made.add(() -> JCudnn.cudnnDestroyFilterDescriptor(descriptor));
    JCudnn.cudnnSetFilter4dDescriptor(
        descriptor,
        FLOAT,
        cudnnTensorFormat.CUDNN_TENSOR_NCHW,
        shape.dim(0),
        shape.dim(1),
        shape.dim(2),
        shape.dim(3));
    return descriptor;
  }

  /** A convolution for a {@link cudnnMathType}. */
  cudnnConvolutionDescriptor convolution(Conv2d op, int mathType) {
    cudnnConvolutionDescriptor descriptor = new cudnnConvolutionDescriptor();
    JCudnn.cudnnCreateConvolutionDescriptor(descriptor);
    made.add(() -> JCudnn.cudnnDestroyConvolutionDescriptor(descriptor));
    WindowAxis h = op.window().h();
    WindowAxis w = op.window().w();
    JCudnn.cudnnSetConvolution2dDescriptor(
        descriptor,
        h.padding(),
        w.padding(),
        h.stride(),
        w.stride(),
        h.dilation(),
        w.dilation(),
        cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
        FLOAT);
    JCudnn.cudnnSetConvolutionGroupCount(descriptor, op.groups());
    JCudnn.cudnnSetConvolutionMathType(descriptor, mathType);
    return descriptor;
  }

  /** A pooling of a {@link jcuda.jcudnn.cudnnPoolingMode}. */
  cudnnPoolingDescriptor pooling(int mode, Window2d window) {
    cudnnPoolingDescriptor descriptor = new cudnnPoolingDescriptor();
    JCudnn.cudnnCreatePoolingDescriptor(descriptor);
    made.add(() -> JCudnn.cudnnDestroyPoolingDescriptor(descriptor));
    JCudnn.cudnnSetPooling2dDescriptor(
        descriptor,
        mode,
        cudnnNanPropagation.CUDNN_PROPAGATE_NAN,
        window.h().kernel(),
        window.w().kernel(),
        window.h().padding(),
        window.w().padding(),
        window.h().stride(),
        window.w().stride());
    return descriptor;
  }

  /** What follows a convolution: a ReLU that keeps NaN, or nothing. */
  cudnnActivationDescriptor activation(boolean relu) {
    cudnnActivationDescriptor descriptor = new cudnnActivationDescriptor();
    JCudnn.cudnnCreateActivationDescriptor(descriptor);
    made.add(() -> JCudnn.cudnnDestroyActivationDescriptor(descriptor));
    JCudnn.cudnnSetActivationDescriptor(
        descriptor,
        relu
            ? cudnnActivationMode.CUDNN_ACTIVATION_RELU
            : cudnnActivationMode.CUDNN_ACTIVATION_IDENTITY,
        cudnnNanPropagation.CUDNN_PROPAGATE_NAN,
        0);
    return descriptor;
  }

  /** A descriptor that was made elsewhere. */
  void add(Runnable destruction) {
    made.add(destruction);
  }

  @Override
  public void close() {
    made.close();
  }
}
