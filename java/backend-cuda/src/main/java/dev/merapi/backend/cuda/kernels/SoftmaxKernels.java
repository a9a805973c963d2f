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
 * is not within the classes fails an assertion on the device.
 */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static void register(KernelTable table) {
    table.add(
        Softmax.class,
        (op, in, out, context) ->
            lines("softmax", Lines.along(in.get(0).shape(), op.axis(), context), in, context));
    table.add(
        LogSoftmax.class,
        (op, in, out, context) ->
            lines("log_softmax", Lines.along(in.get(0).shape(), op.axis(), context), in, context));
    table.add(
        SoftmaxCrossEntropy.class,
        (op, in, out, context) ->
            lines(
                "softmax_cross_entropy", Lines.along(in.get(0).shape(), 1, context), in, context));
    table.add(SoftmaxCrossEntropyGrad.class, SoftmaxKernels::softmaxCrossEntropyGrad);
  }

  private static CUfunction function(String name, List<TensorType> inputs, CudaContext context) {
    String type = inputs.get(0).dtype().name().toLowerCase(Locale.ROOT);
    return context.function("softmax.cu", name + "_" + type);
  }

  private static CudaKernel lines(
      String name, Lines lines, List<TensorType> inputs, CudaContext context) {
    CUfunction function = function(name, inputs, context);
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
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
    return LaunchKernel.over(
        shape.elements(),
        function("softmax_cross_entropy_grad", inputs, context),
        context,
        (launch, in, out) -> {
          Stream.of(in).forEach(launch::pointer);
          launch.pointer(out[0]).int32(shape.dim(1)).int32(shape.elements());
        });
  }
}
