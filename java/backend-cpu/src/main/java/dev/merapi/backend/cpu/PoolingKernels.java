package dev.merapi.backend.cpu;

import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import java.util.Arrays;

/**
 * Pooling and its gradients, plane by plane: one element of the windows after the other, for all
 * windows of a row.
 */
final class PoolingKernels {
  private PoolingKernels() {}

  static void register(KernelTable table) {
    table.add(
        MaxPool2d.class,
        (op, inputs, outputs, engine) -> {
          Shape x = inputs.get(0).shape();
          Shape y = outputs.get(0).shape();
          return PoolingTiles.matches(op.window(), x)
              ? PoolingTiles.maxPool(x, engine)
              : planes(engine, x, y, op.window(), Plane::maxPool);
        });
    table.add(
        MaxPool2dGrad.class,
        (op, inputs, outputs, engine) -> {
          Shape x = inputs.get(0).shape();
          Shape y = inputs.get(1).shape();
          return PoolingTiles.matches(op.window(), x)
              ? PoolingTiles.maxPoolGrad(x, engine)
              : planes(engine, x, y, op.window(), Plane::maxPoolGrad);
        });
    table.add(
        AvgPool2d.class,
        (op, inputs, outputs, engine) -> {
          Shape x = inputs.get(0).shape();
          Shape y = outputs.get(0).shape();
          return planes(engine, x, y, op.window(), Plane::avgPool);
        });
    table.add(
        AvgPool2dGrad.class,
        (op, inputs, outputs, engine) -> {
          Shape x = outputs.get(0).shape();
          Shape y = inputs.get(0).shape();
          return planes(engine, x, y, op.window(), Plane::avgPoolGrad);
        });
  }

  /** What is done to one H W plane. */
  @FunctionalInterface
  private interface Action {
    void run(Plane plane, CpuBuffer[] in, CpuBuffer[] out, int index);
  }

  private static CpuKernel planes(Engine engine, Shape x, Shape y, Window2d window, Action action) {
    Plane[] planes = new Plane[engine.workers().count()];
    Arrays.setAll(planes, i -> new Plane(window, x, y));
    return new LoopKernel(
        engine.workers(),
        x.dim(0) * x.dim(1),
        (in, out, worker, from, to) -> {
          for (int plane = from; plane < to; plane++) {
            action.run(planes[worker], in, out, plane);
          }
        });
  }

  /** One plane's elements and those of its windows, for one thread. */
  private static final class Plane {
    private final Window2d window;
    private final int height;
    private final int width;
    private final int outputH;
    private final int outputW;
    private final float[] x;
    private final float[] y;
    private final float[] grad;
    private final float[] gradX;
    private final int[] open;
    private final int[] from;
    private final int[] to;
    private final float share;

    Plane(Window2d window, Shape input, Shape output) {
      this.window = window;
      height = input.dim(2);
      width = input.dim(3);
      outputH = output.dim(2);
      outputW = output.dim(3);
      x = new float[height * width];
      y = new float[outputH * outputW];
      grad = new float[y.length];
      gradX = new float[x.length];
      open = new int[outputW];
      int kernelW = window.w().kernel();
      share = 1f / (window.h().kernel() * kernelW);
      from = new int[kernelW];
      to = new int[kernelW];
      for (int q = 0; q < kernelW; q++) {
        while (from[q] < outputW && window.w().position(from[q], q) < 0) {
          from[q]++;
        }
        to[q] = from[q];
        while (to[q] < outputW && window.w().position(to[q], q) < width) {
          to[q]++;
        }
      }
    }

    /** Where element (p, q) of window (row, 0) lies; it may be outside, and more so for others. */
    private int position(int row, int p, int q) {
      return window.h().position(row, p) * width + window.w().position(0, q);
    }

    private boolean isInside(int row, int p) {
      int h = window.h().position(row, p);
      return h >= 0 && h < height;
    }

    /** An element of all windows in a row. */
    @FunctionalInterface
    private interface Visit {
      /** Window w has its element at x[position + w * stride], for w from one to before another. */
      void visit(Plane plane, int start, int position, int w, int end, int stride);
    }

    private void visit(int row, Visit visit) {
      int stride = window.w().stride();
      for (int p = 0; p < window.h().kernel(); p++) {
        if (isInside(row, p)) {
          for (int q = 0; q < from.length; q++) {
            visit.visit(this, row * outputW, position(row, p, q), from[q], to[q], stride);
          }
        }
      }
    }

    private void visitAll(Visit visit) {
      for (int row = 0; row < outputH; row++) {
        visit(row, visit);
      }
    }

    void maxPool(CpuBuffer[] in, CpuBuffer[] out, int index) {
      in[0].load(index * x.length, x.length, x);
      Arrays.fill(y, Float.NEGATIVE_INFINITY);
      visitAll(Plane::max);
      out[0].store(index * y.length, y.length, y);
    }

    private void max(int start, int position, int first, int end, int stride) {
      for (int w = first; w < end; w++) {
        y[start + w] = Math.max(y[start + w], x[position + w * stride]);
      }
    }

    /** The first element that equals the maximum gets the gradient. */
    void maxPoolGrad(CpuBuffer[] in, CpuBuffer[] out, int index) {
      in[0].load(index * x.length, x.length, x);
      in[1].load(index * y.length, y.length, y);
      in[2].load(index * y.length, y.length, grad);
      Arrays.fill(gradX, 0);
      for (int row = 0; row < outputH; row++) {
        Arrays.fill(open, -1);
        visit(row, Plane::giveToFirst);
      }
      out[0].store(index * x.length, x.length, gradX);
    }

    private void giveToFirst(int start, int position, int first, int end, int stride) {
      for (int w = first; w < end; w++) {
        // Without a branch, which would go the unforeseen way most of the time.
        int difference =
            Float.floatToRawIntBits(x[position + w * stride])
                ^ Float.floatToRawIntBits(y[start + w]);
        int differs = (difference | -difference) >> 31;
        int taken = open[w] & ~differs;
        int given = Float.floatToRawIntBits(grad[start + w]) & taken;
        gradX[position + w * stride] += Float.intBitsToFloat(given);
        open[w] &= differs;
      }
    }

    void avgPool(CpuBuffer[] in, CpuBuffer[] out, int index) {
      in[0].load(index * x.length, x.length, x);
      Arrays.fill(y, 0);
      visitAll(Plane::add);
      for (int i = 0; i < y.length; i++) {
        y[i] *= share;
      }
      out[0].store(index * y.length, y.length, y);
    }

    private void add(int start, int position, int first, int end, int stride) {
      for (int w = first; w < end; w++) {
        y[start + w] += x[position + w * stride];
      }
    }

    void avgPoolGrad(CpuBuffer[] in, CpuBuffer[] out, int index) {
      in[0].load(index * y.length, y.length, y);
      for (int i = 0; i < y.length; i++) {
        y[i] *= share;
      }
      Arrays.fill(x, 0);
      visitAll(Plane::spread);
      out[0].store(index * x.length, x.length, x);
    }

    private void spread(int start, int position, int first, int end, int stride) {
      for (int w = first; w < end; w++) {
        x[position + w * stride] += y[start + w];
      }
    }
  }
}
