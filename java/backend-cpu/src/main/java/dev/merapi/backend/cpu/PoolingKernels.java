package dev.merapi.backend.cpu;

import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;

/**
 * Pooling and its gradients, on images whose channels are last.
 *
 * <p>Where the channels do not fill vectors, a gradient's wide code is slow: on two cores of a Zen
 * 4, for LeNet-5's first pooling of 6 channels, 0.22 ms instead of 0.08 with vectors of four.
 */
final class PoolingKernels {
  private PoolingKernels() {}

  static void register(KernelTable table) {
    table.add(MaxPool2d.class, PoolingKernels::maxPool);
    table.add(MaxPoolWithIndices.class, PoolingKernels::maxPoolWithIndices);
    table.add(MaxPoolGradByIndices.class, PoolingKernels::maxPoolGrad);
    table.add(AvgPool2d.class, PoolingKernels::avgPool);
    table.add(AvgPool2dGrad.class, PoolingKernels::avgPoolGrad);
  }

  /** How a window slides over images. */
  private static final class Geometry {
    private final Dnnl owner;
    private final int algorithm;
    private final int channels;
    final memory.desc x;
    final memory.desc y;
    private final long[] kernel;
    private final long[] strides;
    private final long[] paddings;
    private final long[] paddingsAtEnd;

    Geometry(Dnnl owner, int algorithm, Window2d window, TensorType x, TensorType y) {
      this.owner = owner;
      this.algorithm = algorithm;
      channels = x.shape().dim(1);
      this.x = Dnnl.images(x.shape());
      this.y = Dnnl.images(y.shape());
      kernel = Dnnl.longs(window.h().kernel(), window.w().kernel());
      strides = Dnnl.longs(window.h().stride(), window.w().stride());
      paddings = Dnnl.longs(window.h().padding(), window.w().padding());
      paddingsAtEnd = new long[2];
      for (int axis = 0; axis < 2; axis++) {
        // What is left over at the end is not read, which oneDNN knows as a negative padding.
        long read = (y.shape().dim(2 + axis) - 1) * strides[axis] + kernel[axis];
        paddingsAtEnd[axis] = read - paddings[axis] - x.shape().dim(2 + axis);
      }
    }

    pooling_forward.primitive_desc forward(int propagation) {
      return new pooling_forward.primitive_desc(
          owner.engine(),
          propagation,
          algorithm,
          x,
          y,
          strides,
          kernel,
          new long[2],
          paddings,
          paddingsAtEnd,
          Dnnl.attributes(),
          false);
    }

    pooling_backward.primitive_desc backward() {
      return new pooling_backward.primitive_desc(
          owner.engine(),
          algorithm,
          x,
          y,
          strides,
          kernel,
          new long[2],
          paddings,
          paddingsAtEnd,
          forward(dnnl.dnnl_forward_training),
          Dnnl.attributes(),
          false);
    }

    DnnlKernel.Builder pool(int propagation) {
      pooling_forward.primitive_desc description = forward(propagation);
      return new DnnlKernel.Builder(owner, description)
          .input(dnnl.DNNL_ARG_SRC, 0, x, x)
          .output(dnnl.DNNL_ARG_DST, 0, y, y);
    }

    DnnlKernel.Builder spread() {
      pooling_backward.primitive_desc description =
          channels % 8 == 0 ? backward() : Dnnl.choose("jit:sse41", this::backward);
      return new DnnlKernel.Builder(owner, description)
          .input(dnnl.DNNL_ARG_DIFF_DST, 0, y, y)
          .output(dnnl.DNNL_ARG_DIFF_SRC, 0, x, x);
    }

    /** How the places of the largest elements lie. */
    memory.desc indices(TensorType type) {
      memory.desc indices = forward(dnnl.dnnl_forward_training).workspace_desc();
      if (indices.get_size() != type.bytes()) {
        throw new IllegalStateException(
            "oneDNN keeps %d bytes of places for %s".formatted(indices.get_size(), type));
      }
      return indices;
    }
  }

  private static CpuKernel maxPool(
      MaxPool2d op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return max(op, inputs.get(0), outputs.get(0), engine).pool(dnnl.dnnl_forward_inference).build();
  }

  private static CpuKernel maxPoolWithIndices(
      MaxPoolWithIndices op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Geometry g = max(op.pooling(), inputs.get(0), outputs.get(0), engine);
    memory.desc indices = g.indices(outputs.get(1));
    return g.pool(dnnl.dnnl_forward_training)
        .output(dnnl.DNNL_ARG_WORKSPACE, 1, indices, indices)
        .build();
  }

  private static CpuKernel maxPoolGrad(
      MaxPoolGradByIndices op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Geometry g = max(op.pooling(), outputs.get(0), inputs.get(0), engine);
    memory.desc indices = g.indices(inputs.get(1));
    return g.spread().input(dnnl.DNNL_ARG_WORKSPACE, 1, indices, indices).build();
  }

  private static Geometry max(MaxPool2d op, TensorType x, TensorType y, Engine engine) {
    return new Geometry(engine.dnnl(), dnnl.dnnl_pooling_max, op.window(), x, y);
  }

  private static CpuKernel avgPool(
      AvgPool2d op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return mean(op.window(), inputs.get(0), outputs.get(0), engine)
        .pool(dnnl.dnnl_forward_inference)
        .build();
  }

  private static CpuKernel avgPoolGrad(
      AvgPool2dGrad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return mean(op.window(), outputs.get(0), inputs.get(0), engine).spread().build();
  }

  private static Geometry mean(Window2d window, TensorType x, TensorType y, Engine engine) {
    int algorithm = dnnl.dnnl_pooling_avg_include_padding;
    return new Geometry(engine.dnnl(), algorithm, window, x, y);
  }
}
