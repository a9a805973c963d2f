package dev.merapi.bench.kernel;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** oneDNN's primitives with nothing around them. */
final class OneDnnBare {
  private final engine engine;
  private final Layout layout;

  OneDnnBare(engine engine, Layout layout) {
    this.engine = engine;
    this.layout = layout;
  }

  /** Makes a primitive and its memory. */
  BareKernel prepare(KernelCase kernelCase) {
    if (kernelCase instanceof KernelCase.Convolution c) {
      BareKernel kernel = convolution(c);
      if (kernel.implementation().startsWith("ref")) {
        throw new IllegalStateException(
            c.name() + ": expected a fast kernel, found " + kernel.implementation());
      }
      return kernel;
    }
    return dense((KernelCase.Dense) kernelCase);
  }

  /** What the three primitives of a convolution have in common. */
  private record Geometry(
      memory.desc x,
      memory.desc weight,
      memory.desc y,
      long[] strides,
      long[] padding,
      memory.desc keptWeight) {
    /** Gaps between the elements of a window. */
    private static final long[] DILATION = {0, 0};

    /** How weights lie outside of the primitive: as it likes best, unless the layout says more. */
    memory.desc kept(memory.desc best) {
      return keptWeight == null ? best : keptWeight;
    }

    static Geometry of(KernelCase.Convolution c, Layout layout) {
      return new Geometry(
          layout.images(c.batch(), c.inChannels(), c.size(), c.size()),
          Layout.filters(c.outChannels(), c.inChannels(), c.kernel(), c.kernel()),
          layout.images(c.batch(), c.outChannels(), c.outputSize(), c.outputSize()),
          new long[] {c.stride(), c.stride()},
          new long[] {c.padding(), c.padding()},
          layout.keptFilters(c.outChannels(), c.inChannels(), c.kernel(), c.kernel()));
    }
  }

  private BareKernel convolution(KernelCase.Convolution c) {
    Geometry g = Geometry.of(c, layout);
    convolution_forward.primitive_desc forward =
        new convolution_forward.primitive_desc(
            engine,
            dnnl.dnnl_forward_training,
            dnnl.dnnl_convolution_direct,
            g.x,
            g.weight,
            g.y,
            g.strides,
            Geometry.DILATION,
            g.padding,
            g.padding,
            new primitive_attr(),
            false);
    return switch (c.direction()) {
      case FORWARD ->
          new BareKernel(engine, forward)
              .argument(dnnl.DNNL_ARG_SRC, forward.src_desc())
              .reordered(
                  dnnl.DNNL_ARG_WEIGHTS, g.kept(forward.weights_desc()), forward.weights_desc())
              .argument(dnnl.DNNL_ARG_DST, forward.dst_desc());
      case GRAD_INPUT -> gradInput(g, forward);
      case GRAD_WEIGHT -> gradWeight(g, forward);
    };
  }

  private BareKernel gradInput(Geometry g, convolution_forward.primitive_desc forward) {
    convolution_backward_data.primitive_desc backward =
        new convolution_backward_data.primitive_desc(
            engine,
            dnnl.dnnl_convolution_direct,
            g.x,
            g.weight,
            g.y,
            g.strides,
            Geometry.DILATION,
            g.padding,
            g.padding,
            forward,
            new primitive_attr(),
            false);
    return new BareKernel(engine, backward)
        .argument(dnnl.DNNL_ARG_DIFF_DST, backward.diff_dst_desc())
        .reordered(dnnl.DNNL_ARG_WEIGHTS, g.kept(backward.weights_desc()), backward.weights_desc())
        .argument(dnnl.DNNL_ARG_DIFF_SRC, backward.diff_src_desc());
  }

  private BareKernel gradWeight(Geometry g, convolution_forward.primitive_desc forward) {
    convolution_backward_weights.primitive_desc backward =
        new convolution_backward_weights.primitive_desc(
            engine,
            dnnl.dnnl_convolution_direct,
            g.x,
            g.weight,
            g.y,
            g.strides,
            Geometry.DILATION,
            g.padding,
            g.padding,
            forward,
            new primitive_attr(),
            false);
    return new BareKernel(engine, backward)
        .argument(dnnl.DNNL_ARG_SRC, backward.src_desc())
        .argument(dnnl.DNNL_ARG_DIFF_DST, backward.diff_dst_desc())
        .reorderedResult(
            dnnl.DNNL_ARG_DIFF_WEIGHTS,
            backward.diff_weights_desc(),
            g.kept(backward.diff_weights_desc()));
  }

  /** Activations are row-major; the weight is [out, in]. */
  private BareKernel dense(KernelCase.Dense d) {
    memory.format_tag rows = memory.format_tag.ab;
    memory.format_tag columns = memory.format_tag.ba;
    return switch (d.direction()) {
      case FORWARD ->
          product(
              Layout.descriptor(rows, d.batch(), d.in()),
              layout.weight(columns, d.in(), d.out()),
              Layout.descriptor(rows, d.batch(), d.out()));
      case GRAD_INPUT ->
          product(
              Layout.descriptor(rows, d.batch(), d.out()),
              layout.weight(rows, d.out(), d.in()),
              Layout.descriptor(rows, d.batch(), d.in()));
      case GRAD_WEIGHT ->
          product(
              Layout.descriptor(columns, d.out(), d.batch()),
              Layout.descriptor(rows, d.batch(), d.in()),
              Layout.descriptor(rows, d.out(), d.in()));
    };
  }

  private BareKernel product(memory.desc a, memory.desc b, memory.desc c) {
    matmul.primitive_desc product =
        new matmul.primitive_desc(engine, a, b, c, new primitive_attr(), false);
    return new BareKernel(engine, product)
        .argument(dnnl.DNNL_ARG_SRC, product.src_desc())
        .argument(dnnl.DNNL_ARG_WEIGHTS, product.weights_desc())
        .argument(dnnl.DNNL_ARG_DST, product.dst_desc());
  }
}
