package dev.merapi.backend.cuda.cudnn;

import static dev.merapi.backend.cuda.cudnn.ConvolutionDirection.FORWARD;
import static dev.merapi.backend.cuda.cudnn.ConvolutionDirection.GRAD_FILTER;
import static dev.merapi.backend.cuda.cudnn.ConvolutionDirection.GRAD_INPUT;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.pass.epilogue.ConvolutionWithBias;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import jcuda.Pointer;

/** Convolution and its gradients by cuDNN. */
public final class Conv2dKernels {
  private Conv2dKernels() {}

  public static void register(KernelTable table) {
    Numerics numerics = table.numerics();
    table.add(
        Conv2d.class,
        KernelTable::isFloat32,
        (op, in, out, context) ->
            kernel(FORWARD, geometry(op, in.get(0), in.get(1), out.get(0)), numerics, context));
    table.add(
        ConvolutionWithBias.class,
        (op, in, out, context) -> {
          var geometry = geometry(op.convolution(), in.get(0), in.get(1), out.get(0));
          Cudnn cudnn = Cudnn.of(context);
          var algorithm = ConvolutionAlgorithm.choose(FORWARD, cudnn, geometry, numerics);
          return ConvolutionWithBiasKernel.create(geometry, op.epilogue(), cudnn, algorithm);
        });
    table.add(
        Conv2dGradInput.class,
        KernelTable::isFloat32,
        (op, in, out, context) -> {
          var geometry = geometry(op.convolution(), out.get(0), in.get(1), in.get(0));
          return kernel(GRAD_INPUT, geometry, numerics, context);
        });
    table.add(
        Conv2dGradFilter.class,
        KernelTable::isFloat32,
        (op, in, out, context) -> {
          var geometry = geometry(op.convolution(), in.get(0), out.get(0), in.get(1));
          return kernel(GRAD_FILTER, geometry, numerics, context);
        });
  }

  /** Whether the algorithm that cuDNN likes best can do what follows the convolution, too. */
  public static boolean supports(
      ConvolutionWithBias op, List<TensorType> inputs, Numerics numerics, CudaContext context) {
    TensorType output = op.inferTypes(inputs).get(0);
    var geometry = geometry(op.convolution(), inputs.get(0), inputs.get(1), output);
    return ConvolutionAlgorithm.choose(FORWARD, Cudnn.of(context), geometry, numerics)
        .isKnownWith(op.epilogue());
  }

  private static Convolution.Geometry geometry(
      Conv2d op, TensorType x, TensorType weight, TensorType y) {
    return new Convolution.Geometry(op, x.shape(), weight.shape(), y.shape());
  }

  private static CudaKernel kernel(
      ConvolutionDirection direction,
      Convolution.Geometry geometry,
      Numerics numerics,
      CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    var algorithm = ConvolutionAlgorithm.choose(direction, cudnn, geometry, numerics);
    return new CudnnKernel(
        geometry.toString(),
        "cudnn." + algorithm.name(),
        algorithm.workspaceBytes(),
        (descriptors, in, out, workspace) -> {
          Convolution convolution = geometry.describe(descriptors, algorithm.mathType());
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
