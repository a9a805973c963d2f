package dev.merapi.backend.cpu;

import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Copies elements from place to place, as many neighbours at a time as there are. */
final class MovementKernels {
  /** Elements in a part of a plain copy. */
  private static final int PART = 4096;

  private MovementKernels() {}

  static void register(KernelTable table) {
    table.add(Broadcast.class, MovementKernels::broadcast);
    table.add(Transpose.class, MovementKernels::transpose);
    table.add(Slice.class, MovementKernels::slice);
    table.add(Pad.class, MovementKernels::pad);
    table.add(Concat.class, MovementKernels::concat);
    table.add(Gather.class, MovementKernels::gather);
    table.add(ScatterAdd.class, MovementKernels::scatterAdd);
    table.add(OneHot.class, MovementKernels::oneHot);
  }

  /** Copies all of a tensor. */
  static CpuKernel copy(TensorType type, Engine engine) {
    int elements = type.shape().elements();
    return new LoopKernel(
        engine.workers(),
        (elements + PART - 1) / PART,
        (in, out, worker, from, to) -> {
          int start = from * PART;
          int end = (int) Math.min((long) to * PART, elements);
          out[0].copy(start, in[0], start, end - start);
        });
  }

  private static CpuKernel broadcast(
      Broadcast op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape x = inputs.get(0).shape();
    int[] strides = x.strides();
    int[] steps = new int[op.shape().rank()];
    int lead = steps.length - x.rank();
    for (int axis = 0; axis < x.rank(); axis++) {
      steps[lead + axis] = x.dim(axis) == 1 ? 0 : strides[axis];
    }
    return read(op.shape(), steps, 0, engine);
  }

  private static CpuKernel transpose(
      Transpose op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int[] strides = inputs.get(0).shape().strides();
    int[] steps = op.permutation().stream().mapToInt(axis -> strides[axis]).toArray();
    Shape shape = outputs.get(0).shape();
    CpuKernel planes =
        inputs.get(0).dtype().bytes() == Integer.BYTES
            ? PlaneTranspose.kernel(new Lines(shape, steps, 0), engine)
            : null;
    return planes != null ? planes : read(shape, steps, 0, engine);
  }

  private static CpuKernel slice(
      Slice op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int[] steps = inputs.get(0).shape().strides();
    int start = 0;
    for (int axis = 0; axis < steps.length; axis++) {
      start += op.starts().get(axis) * steps[axis];
      steps[axis] *= op.steps().get(axis);
    }
    return read(outputs.get(0).shape(), steps, start, engine);
  }

  /** The output is the input's elements that lie at start + the sum over axes of index * step. */
  private static CpuKernel read(Shape shape, int[] steps, int start, Engine engine) {
    Lines lines = new Lines(shape, steps, start);
    return new LoopKernel(
        engine.workers(),
        lines.count(),
        (in, out, worker, from, to) -> {
          for (int line = from; line < to; line++) {
            out[0].copy(
                line * lines.length(), 1, in[0], lines.start(line), lines.step(), lines.length());
          }
        });
  }

  private static CpuKernel pad(
      Pad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int[] steps = outputs.get(0).shape().strides();
    int start = 0;
    for (int axis = 0; axis < steps.length; axis++) {
      start += op.before().get(axis) * steps[axis];
      steps[axis] *= op.interior().get(axis) + 1;
    }
    Lines lines = new Lines(inputs.get(0).shape(), steps, start);
    return LoopKernel.whole(
        engine.workers(),
        (in, out) -> {
          out[0].fill(op.value());
          for (int line = 0; line < lines.count(); line++) {
            out[0].copy(
                lines.start(line), lines.step(), in[0], line * lines.length(), 1, lines.length());
          }
        });
  }

  private static CpuKernel concat(
      Concat op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int outer = outputs.get(0).shape().slice(0, op.axis()).elements();
    // For one index of the outer axes, each input gives one run of neighbouring elements.
    int[] runs =
        inputs.stream()
            .map(TensorType::shape)
            .mapToInt(input -> input.slice(op.axis(), input.rank()).elements())
            .toArray();
    int all = IntStream.of(runs).sum();
    return new LoopKernel(
        engine.workers(),
        outer,
        (in, out, worker, from, to) -> {
          int position = from * all;
          for (int o = from; o < to; o++) {
            for (int k = 0; k < runs.length; k++) {
              out[0].copy(position, 1, in[k], o * runs[k], 1, runs[k]);
              position += runs[k];
            }
          }
        });
  }

  private static CpuKernel gather(
      Gather op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape x = inputs.get(0).shape();
    int outer = x.slice(0, op.axis()).elements();
    int size = x.dim(op.axis());
    int inner = x.slice(op.axis() + 1, x.rank()).elements();
    int count = inputs.get(1).shape().elements();
    return new LoopKernel(
        engine.workers(),
        outer * count,
        (in, out, worker, from, to) -> {
          for (int row = from; row < to; row++) {
            int start = (row / count * size + index(in[1], row % count, size)) * inner;
            out[0].copy(row * inner, 1, in[0], start, 1, inner);
          }
        });
  }

  private static int index(CpuBuffer indices, int position, int size) {
    int index = indices.ints().get(position);
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "expected indices from 0 to "
              + (size - 1)
              + " (size "
              + size
              + "), found index "
              + index
              + " at position "
              + position);
    }
    return index;
  }

  private static CpuKernel scatterAdd(
      ScatterAdd op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape y = outputs.get(0).shape();
    int outer = y.slice(0, op.axis()).elements();
    int size = op.size();
    int inner = y.slice(op.axis() + 1, y.rank()).elements();
    int count = inputs.get(1).shape().elements();
    // The updates of entry s, in their order, are first[s], next[first[s]], ... until -1.
    int[] first = new int[size];
    int[] next = new int[count];
    int width = Math.min(inner, Engine.TILE);
    Joining[] joinings = new Joining[engine.workers().count()];
    Arrays.setAll(joinings, i -> new Joining(ReduceFunction.SUM, width));
    LoopKernel loop =
        new LoopKernel(
            engine.workers(),
            outer * size,
            (in, out, worker, from, to) -> {
              for (int row = from; row < to; row++) {
                int updates = row / size * count;
                int only = first[row % size];
                if (only >= 0 && next[only] < 0) {
                  out[0].copy(row * inner, 1, in[0], (updates + only) * inner, 1, inner);
                  continue;
                }
                for (int at = 0; at < inner; at += width) {
                  Joining joining = joinings[worker];
                  joining.start();
                  for (int k = only; k >= 0; k = next[k]) {
                    int columns = Math.min(width, inner - at);
                    joining.add(in[0], (updates + k) * inner + at, columns);
                  }
                  joining.store(out[0], row * inner + at, Math.min(width, inner - at));
                }
              }
            });
    return loop.before(
        (in, out) -> {
          Arrays.fill(first, -1);
          for (int k = count - 1; k >= 0; k--) {
            int index = index(in[1], k, size);
            next[k] = first[index];
            first[index] = k;
          }
        });
  }

  private static CpuKernel oneHot(
      OneHot op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int count = inputs.get(0).shape().elements();
    int depth = op.depth();
    return LoopKernel.whole(
        engine.workers(),
        (in, out) -> {
          for (int k = 0; k < count; k++) {
            int index = in[0].ints().get(k);
            for (int d = 0; d < depth; d++) {
              out[0].set(k * depth + d, d == index ? 1 : 0);
            }
          }
        });
  }
}
