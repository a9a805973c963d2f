package dev.merapi.backend.cpu;

import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.BatchNormGrad;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalization and its gradients, channel by channel: once through a channel's elements for
 * their sums, and once for what is made of them.
 *
 * <p>Measured on two cores of a Zen 4 with [32, 64, 56, 56], forward and backward: 3.6 and 6.3 ms,
 * oneDNN 7.5 and 9.1, decomposed 13 and 43. Only where a plane is one element is oneDNN faster.
 */
final class BatchNormKernels {
  /** Tiles that are added up in F32, element by element, before they are summed in F64. */
  private static final int TILES = 32;

  private BatchNormKernels() {}

  static void register(KernelTable table) {
    table.add(BatchNorm.class, BatchNormKernels::batchNorm);
    table.add(BatchNormGrad.class, BatchNormKernels::batchNormGrad);
  }

  private static CpuKernel batchNorm(
      BatchNorm op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape x = inputs.get(0).shape();
    ChannelTiles tiles = ChannelTiles.of(x);
    if (tiles.plane() == 1) {
      return StandardizationKernels.batchNorm(x, op.epsilon(), engine);
    }
    Channel[] channels = Channel.perWorker(engine, tiles);
    return new LoopKernel(
        engine.workers(),
        tiles.channels(),
        (in, out, worker, from, to) -> {
          for (int c = from; c < to; c++) {
            channels[worker].normalize(in, out, c, op.epsilon());
          }
        });
  }

  private static CpuKernel batchNormGrad(
      BatchNormGrad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape x = inputs.get(1).shape();
    ChannelTiles tiles = ChannelTiles.of(x);
    if (tiles.plane() == 1) {
      return StandardizationKernels.batchNormGrad(x, inputs.get(3), engine);
    }
    Channel[] channels = Channel.perWorker(engine, tiles);
    return new LoopKernel(
        engine.workers(),
        tiles.channels(),
        (in, out, worker, from, to) -> {
          for (int c = from; c < to; c++) {
            channels[worker].gradients(in, out, c);
          }
        });
  }

  /** One channel's sums and a tile of it, for one thread. */
  private static final class Channel {
    private final ChannelTiles tiles;
    private final float[] x;
    private final float[] grad;
    private final float[] first;
    private final float[] second;
    private double firstSum;
    private double secondSum;

    private Channel(ChannelTiles tiles) {
      this.tiles = tiles;
      x = new float[tiles.width()];
      grad = new float[x.length];
      first = new float[x.length];
      second = new float[x.length];
    }

    static Channel[] perWorker(Engine engine, ChannelTiles tiles) {
      Channel[] channels = new Channel[engine.workers().count()];
      Arrays.setAll(channels, i -> new Channel(tiles));
      return channels;
    }

    void normalize(CpuBuffer[] in, CpuBuffer[] out, int c, double epsilon) {
      // The squares are summed of differences to about the mean, so that a large one does no harm.
      float shift = (float) (sum(x, tiles.load(in[0], c, 0, x)) / x.length);
      start();
      for (int tile = 0; tile < tiles.count(); tile++) {
        addSquares(tiles.load(in[0], c, tile, x), shift);
        flushAfter(tile);
      }
      double offset = firstSum / tiles.elements();
      double variance = Math.max(0, secondSum / tiles.elements() - offset * offset);
      float mean = (float) (shift + offset);
      double invStd = 1 / Math.sqrt(variance + epsilon);
      out[1].floats().put(c, mean);
      out[2].floats().put(c, (float) invStd);
      float factor = (float) (invStd * in[1].floats().get(c));
      float bias = in[2].floats().get(c);
      for (int tile = 0; tile < tiles.count(); tile++) {
        affine(tiles.load(in[0], c, tile, x), mean, factor, bias);
        tiles.store(out[0], c, tile, x);
      }
    }

    private void addSquares(int count, float shift) {
      for (int i = 0; i < count; i++) {
        float difference = x[i] - shift;
        first[i] += difference;
        second[i] += difference * difference;
      }
    }

    private void affine(int count, float mean, float factor, float bias) {
      for (int i = 0; i < count; i++) {
        x[i] = (x[i] - mean) * factor + bias;
      }
    }

    void gradients(CpuBuffer[] in, CpuBuffer[] out, int c) {
      float mean = in[3].floats().get(c);
      double invStd = in[4].floats().get(c);
      start();
      for (int tile = 0; tile < tiles.count(); tile++) {
        tiles.load(in[0], c, tile, grad);
        addGradients(tiles.load(in[1], c, tile, x), mean);
        flushAfter(tile);
      }
      out[1].floats().put(c, (float) (secondSum * invStd));
      out[2].floats().put(c, (float) firstSum);
      double factor = invStd * in[2].floats().get(c);
      float slope = (float) (factor * invStd * invStd * secondSum / tiles.elements());
      float meanGrad = (float) (firstSum / tiles.elements());
      for (int tile = 0; tile < tiles.count(); tile++) {
        tiles.load(in[0], c, tile, grad);
        gradX(tiles.load(in[1], c, tile, x), mean, slope, meanGrad, (float) factor);
        tiles.store(out[0], c, tile, x);
      }
    }

    private void addGradients(int count, float mean) {
      for (int i = 0; i < count; i++) {
        first[i] += grad[i];
        second[i] += grad[i] * (x[i] - mean);
      }
    }

    private void gradX(int count, float mean, float slope, float meanGrad, float factor) {
      for (int i = 0; i < count; i++) {
        x[i] = (grad[i] - meanGrad) * factor - (x[i] - mean) * slope;
      }
    }

    private void start() {
      firstSum = 0;
      secondSum = 0;
    }

    private void flushAfter(int tile) {
      if (tile % TILES == TILES - 1 || tile == tiles.count() - 1) {
        firstSum += sum(first, first.length);
        secondSum += sum(second, second.length);
        Arrays.fill(first, 0);
        Arrays.fill(second, 0);
      }
    }

    private static double sum(float[] x, int count) {
      return Joining.all(ReduceFunction.SUM, x, count);
    }
  }
}
