package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Runs any elementwise op tile by tile, so that what lies between its functions stays in cache. */
final class ElementwiseKernels {
  private ElementwiseKernels() {}

  static CpuKernel create(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    boolean f32 =
        outputs.get(0).dtype() == DType.F32
            && inputs.stream().noneMatch(type -> type.dtype() == DType.F64);
    if (!f32) {
      return oneByOne(op, inputs, outputs, engine);
    }
    return NativeLoops.available()
        ? new NativeProgram(op, inputs, outputs, engine)
        : inJava(op, inputs, outputs, engine);
  }

  /** Loops in Java, where there was no compiler for native ones. */
  static CpuKernel inJava(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return MaskedCopy.matches(op, inputs, outputs)
        ? MaskedCopy.kernel(op, outputs.get(0).shape().elements(), engine)
        : tiles(op, inputs, outputs, engine);
  }

  private static CpuKernel tiles(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape shape = outputs.get(0).shape();
    int elements = shape.elements();
    int tile = Math.min(Engine.TILE, elements);
    TileReader[] readers =
        inputs.stream().map(type -> new TileReader(type.shape(), shape)).toArray(TileReader[]::new);
    boolean[] uniform = new boolean[inputs.size()];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = inputs.get(i).shape().elements() == 1;
    }
    Tape tape = new Tape(op.exprs(), uniform, false);
    Tape.Player[] players = new Tape.Player[engine.workers().count()];
    for (int i = 0; i < players.length; i++) {
      players[i] = tape.player(tile);
    }
    int parts = (elements + tile - 1) / tile;
    return new LoopKernel(
        engine.workers(),
        parts,
        (in, out, worker, from, to) -> {
          Tape.Player player = players[worker];
          for (int i = 0; i < readers.length; i++) {
            if (uniform[i]) {
              readers[i].read(in[i], 0, tile, player.argument(i));
            }
          }
          for (int part = from; part < to; part++) {
            int start = part * tile;
            int count = Math.min(tile, elements - start);
            for (int i = 0; i < readers.length; i++) {
              if (!uniform[i]) {
                readers[i].read(in[i], start, count, player.argument(i));
              }
            }
            player.play(engine.loops()[worker], count);
            // All results before the first store: an output may lie where an input does.
            for (int i = 0; i < out.length; i++) {
              out[i].store(start, count, player.result(i));
            }
          }
        });
  }

  /** In F64, whatever the types: for counters and labels, which are few. */
  private static CpuKernel oneByOne(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape shape = outputs.get(0).shape();
    int elements = shape.elements();
    int arity = inputs.size();
    int[][] positions =
        inputs.stream().map(type -> Positions.broadcast(type.shape(), shape)).toArray(int[][]::new);
    ScalarExpr[] exprs = op.exprs().toArray(ScalarExpr[]::new);
    double[] arguments = new double[arity];
    double[] results = new double[exprs.length];
    return LoopKernel.whole(
        engine.workers(),
        (in, out) -> {
          for (int i = 0; i < elements; i++) {
            for (int k = 0; k < arity; k++) {
              arguments[k] = in[k].get(positions[k][i]);
            }
            for (int k = 0; k < exprs.length; k++) {
              results[k] = exprs[k].eval(arguments);
            }
            for (int k = 0; k < exprs.length; k++) {
              out[k].set(i, results[k]);
            }
          }
        });
  }
}
