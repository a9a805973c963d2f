package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * y = x > 0 ? a : 0, the gradient of ReLU, on the bits of the numbers: integer arithmetic is what
 * Java's compiler vectorizes, comparisons of floats it does not.
 */
final class MaskedCopy {
  private static final int TILE = Engine.TILE;
  private static final int INFINITY_BITS = 0x7F800000;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  private MaskedCopy() {}

  /** Whether the op is that, on tensors of one type. */
  static boolean matches(Elementwise op, List<TensorType> inputs, List<TensorType> outputs) {
    return op.exprs().size() == 1
        && op.exprs().get(0) instanceof ScalarExpr.Select select
        && select.ifFalse().is(0)
        && select.ifTrue() instanceof ScalarExpr.Arg
        && select.condition() instanceof ScalarExpr.Binary greater
        && greater.function() == BinaryFunction.GREATER
        && greater.a() instanceof ScalarExpr.Arg
        && greater.b().is(0)
        && inputs.stream().allMatch(outputs.get(0)::equals);
  }

  static CpuKernel kernel(Elementwise op, int elements, Engine engine) {
    ScalarExpr.Select select = (ScalarExpr.Select) op.exprs().get(0);
    int a = ((ScalarExpr.Arg) select.ifTrue()).index();
    int x = ((ScalarExpr.Arg) ((ScalarExpr.Binary) select.condition()).a()).index();
    int tile = Math.min(TILE, elements);
    int[][] masks = new int[engine.workers().count()][tile];
    int[][] values = new int[engine.workers().count()][tile];
    return new LoopKernel(
        engine.workers(),
        (elements + tile - 1) / tile,
        (in, out, worker, from, to) -> {
          for (int part = from; part < to; part++) {
            int start = part * tile;
            int count = Math.min(tile, elements - start);
            in[x].loadBits(start, count, masks[worker]);
            in[a].loadBits(start, count, values[worker]);
            mask(masks[worker], values[worker], count);
            out[0].storeBits(start, count, values[worker]);
          }
        });
  }

  /** Positive numbers are those whose bits are above 0 and not above those of infinity. */
  private static void mask(int[] x, int[] values, int count) {
    for (int i = 0; i < count; i++) {
      int bits = x[i];
      int isZero = ~((bits | -bits) >> 31);
      int isNegative = bits >> 31;
      int isNaN = (INFINITY_BITS - (bits & MAGNITUDE)) >> 31;
      values[i] &= ~(isZero | isNegative | isNaN);
    }
  }
}
