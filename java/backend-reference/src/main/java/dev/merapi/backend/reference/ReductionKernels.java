package dev.merapi.backend.reference;

import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Joins the elements along axes, in their row-major order. */
final class ReductionKernels {
  private ReductionKernels() {}

  static void register(KernelTable table) {
    table.add(Reduce.class, ReductionKernels::reduce);
    table.add(ArgMax.class, ReductionKernels::argMax);
    table.add(SumOfSquares.class, (op, inputTypes, outputTypes) -> sumOfSquares(inputTypes));
  }

  private static ReferenceKernel sumOfSquares(List<TensorType> inputTypes) {
    int[] counts = inputTypes.stream().mapToInt(type -> type.shape().elements()).toArray();
    return (inputs, outputs) -> {
      double sum = 0;
      for (int tensor = 0; tensor < counts.length; tensor++) {
        for (int i = 0; i < counts[tensor]; i++) {
          double value = inputs[tensor].get(i);
          sum += value * value;
        }
      }
      outputs[0].set(0, sum);
    };
  }

  private static ReferenceKernel reduce(
      Reduce op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape x = inputTypes.get(0).shape();
    int last = x.rank() - 1;
    // Element r of result i lies at starts[i] + offsets[r].
    int[] starts = positions(x, axes(x).filter(axis -> !op.axes().contains(axis)));
    int[] offsets = positions(x, axes(x).filter(op.axes()::contains));
    return op.axes().contains(last)
        ? reduceRows(op.function(), starts, offsets)
        : reduceColumns(op.function(), starts, offsets);
  }

  private static IntStream axes(Shape shape) {
    return IntStream.range(0, shape.rank());
  }

  /** Where the elements lie that have index 0 on all axes but these. */
  private static int[] positions(Shape x, IntStream axes) {
    int[] chosen = axes.toArray();
    int[] strides = x.strides();
    Shape shape = Shape.of(IntStream.of(chosen).map(x::dim).toArray());
    return Positions.strided(shape, IntStream.of(chosen).map(axis -> strides[axis]).toArray(), 0);
  }

  /** One result after the other: neighbours in memory belong to one result. */
  private static ReferenceKernel reduceRows(ReduceFunction function, int[] starts, int[] offsets) {
    return (inputs, outputs) -> {
      for (int i = 0; i < starts.length; i++) {
        double joined = identity(function);
        for (int offset : offsets) {
          joined = join(function, joined, inputs[0].get(starts[i] + offset));
        }
        outputs[0].set(i, joined);
      }
    };
  }

  /** All results side by side: neighbours in memory belong to neighbouring results. */
  private static ReferenceKernel reduceColumns(
      ReduceFunction function, int[] starts, int[] offsets) {
    double[] joined = new double[starts.length];
    return (inputs, outputs) -> {
      Arrays.fill(joined, identity(function));
      for (int offset : offsets) {
        for (int i = 0; i < starts.length; i++) {
          joined[i] = join(function, joined[i], inputs[0].get(starts[i] + offset));
        }
      }
      for (int i = 0; i < starts.length; i++) {
        outputs[0].set(i, joined[i]);
      }
    };
  }

  private static double identity(ReduceFunction function) {
    return switch (function) {
      case SUM -> 0;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** Math.max and Math.min give NaN when one side is NaN. */
  private static double join(ReduceFunction function, double a, double b) {
    return switch (function) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private static ReferenceKernel argMax(
      ArgMax op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape x = inputTypes.get(0).shape();
    int size = x.dim(op.axis());
    int stride = x.strides()[op.axis()];
    int[] starts = positions(x, axes(x).filter(axis -> axis != op.axis()));
    return (inputs, outputs) -> {
      for (int i = 0; i < starts.length; i++) {
        int best = 0;
        double largest = inputs[0].get(starts[i]);
        for (int k = 1; k < size; k++) {
          double candidate = inputs[0].get(starts[i] + k * stride);
          if (candidate > largest) {
            largest = candidate;
            best = k;
          }
        }
        outputs[0].set(i, best);
      }
    };
  }
}
