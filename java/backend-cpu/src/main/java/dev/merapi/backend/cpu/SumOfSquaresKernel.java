package dev.merapi.backend.cpu;

import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up the squares of many tensors, tile by tile: in F32 for some tiles, element by element, and
 * in F64 from then on. Each thread has its own sum, and they are added in the threads' order.
 */
final class SumOfSquaresKernel extends CpuKernel {
  private static final int TILE = Engine.TILE;

  /** Tiles that are added up in F32 before they are summed in F64. */
  private static final int TILES = 32;

  private final Workers workers;
  private final Workers.Parts body = this::add;
  private final boolean shared;
  private final int[] firstTile;
  private final int[] elements;
  private final float[][] squares;
  private final float[][] values;
  private final double[] sums;
  private CpuBuffer[] inputs = {};
  private CpuBuffer output;

  private SumOfSquaresKernel(List<TensorType> inputs, Engine engine) {
    workers = engine.workers();
    elements = inputs.stream().mapToInt(type -> type.shape().elements()).toArray();
    firstTile = new int[elements.length + 1];
    for (int i = 0; i < elements.length; i++) {
      firstTile[i + 1] = firstTile[i] + (elements[i] + TILE - 1) / TILE;
    }
    shared =
        workers.count() > 1
            && Arrays.stream(elements).asLongStream().sum() >= LoopKernel.WORTH_SHARING;
    squares = new float[workers.count()][TILE];
    values = new float[workers.count()][TILE];
    sums = new double[workers.count()];
  }

  static CpuKernel create(
      SumOfSquares op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return inputs.get(0).dtype() == DType.F32
        ? new SumOfSquaresKernel(inputs, engine)
        : LoopKernel.whole(engine.workers(), SumOfSquaresKernel::oneByOne);
  }

  private static void oneByOne(CpuBuffer[] in, CpuBuffer[] out) {
    double sum = 0;
    for (CpuBuffer tensor : in) {
      for (int i = 0; i < tensor.type().type().shape().elements(); i++) {
        double value = tensor.get(i);
        sum += value * value;
      }
    }
    out[0].set(0, sum);
  }

  @Override
  void bind(CpuBuffer[] in, CpuBuffer[] out, CpuBuffer workspace) {
    inputs = in;
    output = out[0];
  }

  @Override
  void run() {
    Arrays.fill(sums, 0);
    int tiles = firstTile[elements.length];
    if (shared) {
      workers.run(tiles, body);
    } else {
      add(0, 0, tiles);
    }
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    output.set(0, sum);
  }

  private void add(int worker, int from, int to) {
    float[] lanes = squares[worker];
    float[] tile = values[worker];
    double sum = 0;
    Arrays.fill(lanes, 0);
    int tensor = 0;
    for (int part = from; part < to; part++) {
      while (part >= firstTile[tensor + 1]) {
        tensor++;
      }
      int start = (part - firstTile[tensor]) * TILE;
      int count = Math.min(TILE, elements[tensor] - start);
      inputs[tensor].load(start, count, tile);
      addSquares(tile, lanes, count);
      if ((part - from) % TILES == TILES - 1) {
        sum += drain(lanes);
      }
    }
    sums[worker] = sum + drain(lanes);
  }

  private static void addSquares(float[] x, float[] lanes, int count) {
    for (int i = 0; i < count; i++) {
      lanes[i] += x[i] * x[i];
    }
  }

  private static double drain(float[] lanes) {
    double sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    Arrays.fill(lanes, 0);
    return sum;
  }
}
