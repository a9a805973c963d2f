package dev.merapi.backend.cpu;

import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.op.window.WindowAxis;
import dev.merapi.core.pass.epilogue.ConvolutionWithBias;
import dev.merapi.core.pass.epilogue.FilterAndBiasGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/**
 * Convolution and its gradients, on images whose channels are last. oneDNN chooses how the filters
 * lie, which are reordered for it: naming all layouts would get its plain loops.
 */
final class Conv2dKernels {
  /**
   * Below this many channels on either side oneDNN's own first choice, batched small products, is
   * slower than its direct loops. Measured on two cores of a Zen 4 with LeNet-5's layers: forward
   * 0.32 and 0.17 ms instead of 0.18 and 0.14, by the input 0.61 instead of 0.36; from 64 channels
   * on the two are equal within 5 %.
   */
  private static final int FEW_CHANNELS = 32;

  /** The most numbers in a processor's vector. */
  private static final int VECTOR = 16;

  private Conv2dKernels() {}

  static void register(KernelTable table) {
    table.add(Conv2d.class, Conv2dKernels::conv2d);
    table.add(ConvolutionWithBias.class, Conv2dKernels::withBias);
    table.add(Conv2dGradInput.class, Conv2dKernels::conv2dGradInput);
    table.add(Conv2dGradFilter.class, Conv2dKernels::conv2dGradFilter);
    table.add(FilterAndBiasGrad.class, Conv2dKernels::filterAndBiasGrad);
  }

  /** What the three primitives of a convolution have in common. */
  private static final class Geometry {
    final Dnnl owner;
    final memory.desc x;
    final memory.desc weight;
    final memory.desc anyWeight;
    final memory.desc y;
    private final boolean fewChannels;

    /** The beginnings of the names of implementations that are wrong here. */
    private final List<String> wrong;

    final long[] strides;
    final long[] dilations;
    final long[] paddings;

    Geometry(Conv2d op, Shape x, Shape weight, Shape y, Dnnl owner) {
      this.owner = owner;
      this.x = Dnnl.images(x);
      this.y = Dnnl.images(y);
      Shape filters =
          op.groups() == 1
              ? weight
              : Shape.of(op.groups(), weight.dim(0) / op.groups())
                  .concat(weight.slice(1, weight.rank()));
      this.weight = Dnnl.dense(filters);
      this.anyWeight = Dnnl.any(Dnnl.longs(filters.toArray()));
      // Depthwise ones have kernels of their own, which oneDNN likes best.
      fewChannels = op.groups() == 1 && Math.min(x.dim(1), y.dim(1)) < FEW_CHANNELS;
      Window2d window = op.window();
      wrong = wrong(window, weight.dim(1), y);
      strides = Dnnl.longs(window.h().stride(), window.w().stride());
      // oneDNN counts the gaps between a window's elements.
      dilations = Dnnl.longs(window.h().dilation() - 1, window.w().dilation() - 1);
      paddings = Dnnl.longs(window.h().padding(), window.w().padding());
    }

    engine engine() {
      return owner.engine();
    }

    /**
     * What oneDNN 3.11 must not choose. Its batched small products read the wrong rows where one
     * channel gives one column by a stride, and end the process where windows lie in the padding
     * alone. Its 1x1 filter gradients differ from run to run with a stride, several threads, and
     * channels that do not fill a vector.
     */
    private static List<String> wrong(Window2d window, int channels, Shape y) {
      List<String> wrong = new ArrayList<>();
      boolean oneColumn = channels == 1 && y.dim(3) == 1 && window.w().stride() > 1;
      if (oneColumn || liesInPadding(window.h()) || liesInPadding(window.w())) {
        wrong.add("brg");
      }
      if (channels % VECTOR != 0 && Math.max(window.h().stride(), window.w().stride()) > 1) {
        wrong.add("jit_1x1");
      }
      return wrong;
    }

    private static boolean liesInPadding(WindowAxis axis) {
      return axis.padding() >= axis.extent();
    }

    /**
     * What oneDNN likes best of what is right, or its direct loops where there are few channels.
     */
    <P extends primitive_desc> P choose(Supplier<P> descriptions) {
      P direct = fewChannels ? Dnnl.first(descriptions, name -> name.startsWith("jit:")) : null;
      return direct != null ? direct : best(descriptions);
    }

    /** What oneDNN likes best of what is right. */
    <P extends primitive_desc> P best(Supplier<P> descriptions) {
      return Dnnl.first(descriptions, name -> wrong.stream().noneMatch(name::startsWith));
    }

    /** The forward primitive, by itself or as a hint for a backward one. */
    convolution_forward.primitive_desc forward(int propagation) {
      return forward(propagation, new memory.desc(), Dnnl.attributes());
    }

    /** The forward primitive; without a bias, the bias's layout is empty. */
    convolution_forward.primitive_desc forward(
        int propagation, memory.desc bias, primitive_attr attributes) {
      return new convolution_forward.primitive_desc(
          engine(),
          propagation,
          dnnl.dnnl_convolution_direct,
          x,
          anyWeight,
          bias,
          y,
          strides,
          dilations,
          paddings,
          paddings,
          attributes,
          false);
    }
  }

  private static CpuKernel conv2d(
      Conv2d op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Geometry g =
        new Geometry(
            op,
            inputs.get(0).shape(),
            inputs.get(1).shape(),
            outputs.get(0).shape(),
            engine.dnnl());
    convolution_forward.primitive_desc description =
        g.choose(() -> g.forward(dnnl.dnnl_forward_inference));
    return new DnnlKernel.Builder(g.owner, description)
        .input(dnnl.DNNL_ARG_SRC, 0, g.x, description.src_desc())
        .input(dnnl.DNNL_ARG_WEIGHTS, 1, g.weight, description.weights_desc())
        .output(dnnl.DNNL_ARG_DST, 0, description.dst_desc(), g.y)
        .build();
  }

  private static CpuKernel withBias(
      ConvolutionWithBias op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape y = outputs.get(0).shape();
    Geometry g =
        new Geometry(
            op.convolution(), inputs.get(0).shape(), inputs.get(1).shape(), y, engine.dnnl());
    memory.desc bias = Dnnl.dense(Shape.of(y.dim(1)));
    PostOps after = new PostOps(op.epilogue());
    convolution_forward.primitive_desc description =
        g.choose(() -> g.forward(dnnl.dnnl_forward_inference, bias, after.attributes(g.y)));
    DnnlKernel.Builder arguments =
        new DnnlKernel.Builder(g.owner, description)
            .input(dnnl.DNNL_ARG_SRC, 0, g.x, description.src_desc())
            .input(dnnl.DNNL_ARG_WEIGHTS, 1, g.weight, description.weights_desc())
            .input(dnnl.DNNL_ARG_BIAS, 2, bias, bias)
            .output(dnnl.DNNL_ARG_DST, 0, description.dst_desc(), g.y);
    return after.arguments(arguments, 3, g.y).build();
  }

  private static CpuKernel conv2dGradInput(
      Conv2dGradInput op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Geometry g =
        new Geometry(
            op.convolution(),
            outputs.get(0).shape(),
            inputs.get(1).shape(),
            inputs.get(0).shape(),
            engine.dnnl());
    convolution_backward_data.primitive_desc description =
        g.choose(
            () ->
                new convolution_backward_data.primitive_desc(
                    g.engine(),
                    dnnl.dnnl_convolution_direct,
                    g.x,
                    g.anyWeight,
                    g.y,
                    g.strides,
                    g.dilations,
                    g.paddings,
                    g.paddings,
                    g.forward(dnnl.dnnl_forward_training),
                    Dnnl.attributes(),
                    false));
    return new DnnlKernel.Builder(g.owner, description)
        .input(dnnl.DNNL_ARG_DIFF_DST, 0, g.y, description.diff_dst_desc())
        .input(dnnl.DNNL_ARG_WEIGHTS, 1, g.weight, description.weights_desc())
        .output(dnnl.DNNL_ARG_DIFF_SRC, 0, description.diff_src_desc(), g.x)
        .build();
  }

  private static CpuKernel conv2dGradFilter(
      Conv2dGradFilter op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return gradFilter(op, new memory.desc(), inputs, outputs, engine).build();
  }

  private static CpuKernel filterAndBiasGrad(
      FilterAndBiasGrad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    memory.desc bias = Dnnl.dense(outputs.get(1).shape());
    return gradFilter(op.filter(), bias, inputs, outputs, engine)
        .output(dnnl.DNNL_ARG_DIFF_BIAS, 1, bias, bias)
        .build();
  }

  private static DnnlKernel.Builder gradFilter(
      Conv2dGradFilter op,
      memory.desc bias,
      List<TensorType> inputs,
      List<TensorType> outputs,
      Engine engine) {
    Geometry g =
        new Geometry(
            op.convolution(),
            inputs.get(0).shape(),
            outputs.get(0).shape(),
            inputs.get(1).shape(),
            engine.dnnl());
    convolution_backward_weights.primitive_desc description =
        g.best(
            () ->
                new convolution_backward_weights.primitive_desc(
                    g.engine(),
                    dnnl.dnnl_convolution_direct,
                    g.x,
                    g.anyWeight,
                    bias,
                    g.y,
                    g.strides,
                    g.dilations,
                    g.paddings,
                    g.paddings,
                    g.forward(dnnl.dnnl_forward_training),
                    Dnnl.attributes(),
                    false));
    return new DnnlKernel.Builder(g.owner, description)
        .input(dnnl.DNNL_ARG_SRC, 0, g.x, description.src_desc())
        .input(dnnl.DNNL_ARG_DIFF_DST, 1, g.y, description.diff_dst_desc())
        .output(dnnl.DNNL_ARG_DIFF_WEIGHTS, 0, description.diff_weights_desc(), g.weight);
  }
}
