package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import jcuda.driver.CUfunction;

/** Layer normalization and its gradients. */
final class LayerNormKernels {
  /** Parameters that a block of the gradients' kernel has side by side, and lines that it reads. */
  private static final int COLUMNS = 32;

  private static final int ROWS = LaunchKernel.THREADS / COLUMNS;

  /** Lines for each thread of that kernel from which on they are worth sharing. */
  private static final int SHARE = 8;

  /** Blocks for each multiprocessor. */
  private static final int SIDE_BY_SIDE = 4;

  private LayerNormKernels() {}

  static void register(KernelTable table) {
    table.add(LayerNorm.class, LayerNormKernels::forward);
    table.add(LayerNormGrad.class, LayerNormKernels::backward);
  }

  private static CUfunction function(String name, DType dtype, CudaContext context) {
    return context.function("layer_norm.cu", name + "_" + dtype.name().toLowerCase(Locale.ROOT));
  }

  /** The lines of x, each of which has a mean. */
  private static Lines lines(TensorType x, TensorType mean) {
    int count = mean.shape().elements();
    return Lines.rows(count, x.shape().elements() / count);
  }

  private static CudaKernel forward(
      LayerNorm op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    CUfunction function = function("layer_norm", inputs.get(0).dtype(), context);
    Lines lines = lines(inputs.get(0), outputs.get(1));
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          Launch.Builder launch = lines.launch(function);
          Stream.of(in).forEach(launch::pointer);
          Stream.of(out).forEach(launch::pointer);
          lines.addTo(launch);
          return List.of(launch.float64(op.epsilon()).build());
        });
  }

  private static CudaKernel backward(
      LayerNormGrad op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    TensorType x = inputs.get(1);
    Lines lines = lines(x, inputs.get(3));
    int columns = (lines.length() + COLUMNS - 1) / COLUMNS;
    int free = SIDE_BY_SIDE * context.multiprocessors() / columns;
    int wanted = Math.max(1, Math.min(free, lines.count() / (SHARE * ROWS)));
    int piece = (lines.count() + wanted - 1) / wanted;
    int pieces = (lines.count() + piece - 1) / piece;
    int stride = 2 * lines.length();
    Reduction sum =
        Reduction.of(
            ReduceFunction.SUM,
            x.dtype(),
            Places.of(lines.length(), 1),
            Places.of(pieces, stride),
            context);
    CUfunction gradInput = function("layer_norm_grad_input", x.dtype(), context);
    CUfunction gradParameters = function("layer_norm_grad_parameters", x.dtype(), context);
    return new LaunchKernel(
        "",
        pieces == 1 ? 0 : (long) pieces * stride * x.dtype().bytes(),
        (in, out, workspace) -> {
          Launch.Builder input = lines.launch(gradInput);
          Stream.of(in).forEach(input::pointer);
          lines.addTo(input.pointer(out[0]));
          List<Launch> launches = new ArrayList<>(List.of(input.build()));
          long half = (long) lines.length() * x.dtype().bytes();
          DevicePointer scale = pieces == 1 ? out[1].pointer() : workspace.pointer();
          DevicePointer bias = pieces == 1 ? out[2].pointer() : scale.plus(half);
          Launch.Builder parameters =
              Launch.of(gradParameters).grid(columns, pieces, 1).block(COLUMNS, ROWS, 1);
          for (CudaBuffer buffer : List.of(in[0], in[1], in[3], in[4])) {
            parameters.pointer(buffer);
          }
          lines.addTo(parameters.pointer(scale).pointer(bias));
          launches.add(parameters.int32(piece).int32(stride).build());
          if (pieces > 1) {
            launches.addAll(sum.launches(scale, out[1].pointer(), null));
            launches.addAll(sum.launches(bias, out[2].pointer(), null));
          }
          return launches;
        });
  }
}
