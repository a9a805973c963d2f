package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import jcuda.driver.CUfunction;

/**
 * Softmax, its logarithm and the loss that is made of it: line by line along an axis. A label that
 * is not within the classes fails an assertion on the device. cuDNN's softmax knows no labels, so
 * that a loss would take a second kernel, and says nothing of infinite scores.
 */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static void register(KernelTable table) {
    table.add(
        Softmax.class,
        (op, in, out, context) -> lines("softmax", op.axis(), in.get(0), 0, context));
    table.add(
        LogSoftmax.class,
        (op, in, out, context) -> lines("log_softmax", op.axis(), in.get(0), 0, context));
    table.add(
        SoftmaxCrossEntropy.class,
        (op, in, out, context) -> lines("softmax_cross_entropy", 1, in.get(0), 1, context));
    table.add(SoftmaxCrossEntropyGrad.class, SoftmaxKernels::softmaxCrossEntropyGrad);
  }

  private static CUfunction function(String name, TensorType x, CudaContext context) {
    String type = x.dtype().name().toLowerCase(Locale.ROOT);
    return context.function("softmax.cu", name + "_" + type);
  }

  /** Reads the first input line by line and writes so an output. */
  private static CudaKernel lines(
      String name, int axis, TensorType x, int output, CudaContext context) {
    CUfunction function = function(name, x, context);
    Lines any = Lines.along(x.shape(), axis, context);
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          Lines lines = any.packed(x.dtype(), List.of(in[0], out[output]));
          Launch.Builder launch = lines.launch(function);
          Stream.of(in).forEach(launch::pointer);
          Stream.of(out).forEach(launch::pointer);
          lines.addTo(launch);
          return List.of(launch.build());
        });
  }

  private static CudaKernel softmaxCrossEntropyGrad(
      SoftmaxCrossEntropyGrad op,
      List<TensorType> inputs,
      List<TensorType> outputs,
      CudaContext context) {
    Shape shape = outputs.get(0).shape();
    int classes = shape.dim(1);
    TensorType x = inputs.get(0);
    CUfunction function = function("softmax_cross_entropy_grad", x, context);
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          int pack =
              Lines.rows(shape.dim(0), classes).packed(x.dtype(), List.of(in[0], out[0])).pack();
          Launch.Builder launch =
              LaunchKernel.grid(Launch.of(function), shape.elements() / pack, context);
          Stream.of(in).forEach(launch::pointer);
          launch.pointer(out[0]).int32(classes).int32(shape.elements()).int32(pack);
          return List.of(launch.build());
        });
  }
}
