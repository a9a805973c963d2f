package dev.merapi.backend.cuda.cudnn;

import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.tensor.Shape;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;

/** A convolution y of x, as cuDNN wants it described, in whatever direction it is computed. */
record Convolution(
    cudnnTensorDescriptor x,
    cudnnFilterDescriptor weight,
    cudnnConvolutionDescriptor window,
    cudnnTensorDescriptor y) {

  /** The tensors of a convolution and how it slides. */
  record Geometry(Conv2d op, Shape x, Shape weight, Shape y) {
    /** For a {@link jcuda.jcudnn.cudnnMathType}. */
    Convolution describe(Descriptors descriptors, int mathType) {
      return new Convolution(
          descriptors.tensor(x),
          descriptors.filter(weight),
          descriptors.convolution(op, mathType),
          descriptors.tensor(y));
    }
  }
}
