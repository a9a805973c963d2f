package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import jcuda.Pointer;

/** Convolution and its gradients by cuDNN. */
public final class Conv2dKernels {
  private Conv2dKernels() {}

  public static void register(KernelTable table) {
    table.add(Conv2d.class, KernelTable::isFloat32, Conv2dKernels::forward);
    table.add(Conv2dGradInput.class, KernelTable::isFloat32, Conv2dKernels::gradInput);
    table.add(Conv2dGradFilter.class, KernelTable::isFloat32, Conv2dKernels::gradFilter);
  }

  private static CudaKernel forward(
      Conv2d op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    return kernel(
        ConvolutionDirection.FORWARD,
        geometry(op, inputs.get(0), inputs.get(1), outputs.get(0)),
        context);
  }

  private static CudaKernel gradInput(
      Conv2dGradInput op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    return kernel(
        ConvolutionDirection.GRAD_INPUT,
        geometry(op.convolution(), outputs.get(0), inputs.get(1), inputs.get(0)),
        context);
  }

  private static CudaKernel gradFilter(
      Conv2dGradFilter op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    return kernel(
        ConvolutionDirection.GRAD_FILTER,
        geometry(op.convolution(), inputs.get(0), outputs.get(0), inputs.get(1)),
        context);
  }

  private static Convolution.Geometry geometry(
      Conv2d op, TensorType x, TensorType weight, TensorType y) {
    return new Convolution.Geometry(op, x.shape(), weight.shape(), y.shape());
  }

  private static CudaKernel kernel(
      ConvolutionDirection direction, Convolution.Geometry geometry, CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    var algorithm = ConvolutionAlgorithm.choose(direction, cudnn, geometry);
    return new CudnnKernel(
        geometry.toString(),
        "cudnn." + algorithm.name(),
        algorithm.workspaceBytes(),
        (descriptors, in, out, workspace) -> {
          Convolution convolution = geometry.describe(descriptors);
          var operands =
              new ConvolutionDirection.Operands(
                  in[0].pointer(),
                  in[1].pointer(),
                  out[0].pointer(),
                  workspace == null ? new Pointer() : workspace.pointer());
          return () -> direction.run(cudnn, convolution, algorithm, operands);
        });
  }
}
