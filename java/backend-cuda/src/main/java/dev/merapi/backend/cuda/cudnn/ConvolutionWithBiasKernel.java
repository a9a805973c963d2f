package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.core.pass.epilogue.Epilogue;
import dev.merapi.core.tensor.Shape;
import jcuda.Pointer;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;

/** A convolution with bias, residual and ReLU, as one call of cuDNN. */
final class ConvolutionWithBiasKernel {
  private static final Pointer NONE = new Pointer();

  private ConvolutionWithBiasKernel() {}

  static CudaKernel create(
      Convolution.Geometry geometry,
      Epilogue epilogue,
      Cudnn cudnn,
      ConvolutionAlgorithm algorithm) {
    return new CudnnKernel(
        geometry + " with a bias and " + epilogue,
        "cudnn." + algorithm.name(),
        algorithm.workspaceBytes(),
        (descriptors, in, out, workspace) -> {
          Call call = new Call(cudnn, algorithm, geometry, epilogue, descriptors);
          return () -> call.run(in, out[0], workspace);
        });
  }

  /** The descriptors of a call. */
  private static final class Call {
    final Cudnn cudnn;
    final ConvolutionAlgorithm algorithm;
    final boolean residual;
    final Convolution convolution;
    final cudnnTensorDescriptor bias;
    final cudnnActivationDescriptor activation;

    Call(
        Cudnn cudnn,
        ConvolutionAlgorithm algorithm,
        Convolution.Geometry geometry,
        Epilogue epilogue,
        Descriptors descriptors) {
      this.cudnn = cudnn;
      this.algorithm = algorithm;
      residual = epilogue.residual();
      convolution = geometry.describe(descriptors, algorithm.mathType());
      bias = descriptors.tensor(Shape.of(1, geometry.y().dim(1)));
      activation = descriptors.activation(epilogue.relu());
    }

    /** Without a residual its factor is 0, and the output lies in its place. */
    void run(CudaBuffer[] in, CudaBuffer out, CudaBuffer workspace) {
      JCudnn.cudnnConvolutionBiasActivationForward(
          cudnn.handle(),
          cudnn.one(),
          convolution.x(),
          in[0].pointer(),
          convolution.weight(),
          in[1].pointer(),
          convolution.window(),
          algorithm.number(),
          workspace == null ? NONE : workspace.pointer(),
          algorithm.workspaceBytes(),
          residual ? cudnn.one() : cudnn.zero(),
          convolution.y(),
          residual ? in[3].pointer() : out.pointer(),
          bias,
          in[2].pointer(),
          activation,
          convolution.y(),
          out.pointer());
    }
  }
}
