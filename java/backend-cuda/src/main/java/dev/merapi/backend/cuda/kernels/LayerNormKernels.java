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
    Lines any = lines(inputs.get(0), outputs.get(1));
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          List<CudaBuffer> tensors = List.of(in[0], in[1], in[2], out[0]);
          Lines lines = any.packed(inputs.get(0).dtype(), tensors);
          Launch.Builder launch = lines.launch(function);
          Stream.of(in).forEach(launch::pointer);
          Stream.of(out).forEach(launch::pointer);
          lines.addTo(launch);
          return List.of(launch.float64(op.epsilon()).build());
        });
  }

  private static CudaKernel backward(
      LayerNormGrad op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    DType dtype = inputs.get(1).dtype();
    Lines any = lines(inputs.get(1), inputs.get(3));
    CUfunction gradInput = function("layer_norm_grad_input", dtype, context);
    ParameterGradients parameters = new ParameterGradients(any, dtype, context);
    return new LaunchKernel(
        "",
        parameters.workspaceBytes(),
        (in, out, workspace) -> {
          Lines lines = any.packed(dtype, List.of(in[0], in[1], in[2], out[0]));
          Launch.Builder input = lines.launch(gradInput);
          Stream.of(in).forEach(input::pointer);
          lines.addTo(input.pointer(out[0]));
          List<Launch> launches = new ArrayList<>(List.of(input.build()));
          launches.addAll(parameters.launches(in, out, workspace));
          return launches;
        });
  }

  /** The gradients of scale and bias, of pieces of the lines and then of all. */
  private static final class ParameterGradients {
    private final Lines lines;
    private final DType dtype;
    private final CUfunction function;
    private final int blocks;
    private final int piece;
    private final int pieces;
    private final int stride;
    private final Reduction sum;

    ParameterGradients(Lines lines, DType dtype, CudaContext context) {
      this.lines = lines;
      this.dtype = dtype;
      function = LayerNormKernels.function("layer_norm_grad_parameters", dtype, context);
      blocks = (lines.length() + COLUMNS - 1) / COLUMNS;
      int free = SIDE_BY_SIDE * context.multiprocessors() / blocks;
      int wanted = Math.max(1, Math.min(free, lines.count() / (SHARE * ROWS)));
      piece = (lines.count() + wanted - 1) / wanted;
      pieces = (lines.count() + piece - 1) / piece;
      stride = 2 * lines.length();
      Places kept = Places.of(lines.length(), 1);
      Places joined = Places.of(pieces, stride);
      sum = Reduction.of(ReduceFunction.SUM, dtype, kept, joined, context).whole();
    }

    long workspaceBytes() {
      return pieces == 1 ? 0 : (long) pieces * stride * dtype.bytes();
    }

    List<Launch> launches(CudaBuffer[] in, CudaBuffer[] out, CudaBuffer workspace) {
      DevicePointer scale = pieces == 1 ? out[1].pointer() : workspace.pointer();
      long half = (long) lines.length() * dtype.bytes();
      DevicePointer bias = pieces == 1 ? out[2].pointer() : scale.plus(half);
      List<CudaBuffer> written = pieces == 1 ? List.of(out[1], out[2]) : List.of(workspace);
      List<CudaBuffer> tensors = new ArrayList<>(List.of(in[0], in[1]));
      tensors.addAll(written);
      Lines packed = lines.packed(dtype, tensors);
      // as many columns for a block, and for fewer threads each so many more rows
      Launch.Builder launch =
          Launch.of(function)
              .grid(blocks, pieces, 1)
              .block(COLUMNS / packed.pack(), ROWS * packed.pack(), 1);
      for (CudaBuffer buffer : List.of(in[0], in[1], in[3], in[4])) {
        launch.pointer(buffer);
      }
      packed.addTo(launch.pointer(scale).pointer(bias));
      List<Launch> launches = new ArrayList<>();
      launches.add(launch.int32(piece).int32(stride).build());
      if (pieces > 1) {
        launches.addAll(sum.launches(scale, out[1].pointer(), null));
        launches.addAll(sum.launches(bias, out[2].pointer(), null));
      }
      return launches;
    }
  }
}
