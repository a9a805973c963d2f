package dev.merapi.backend.reference;

import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.ReverseSequence;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Copies elements from place to place. */
final class MovementKernels {
  private MovementKernels() {}

  static void register(KernelTable table) {
    table.add(Broadcast.class, MovementKernels::broadcast);
    table.add(Transpose.class, MovementKernels::transpose);
    table.add(Slice.class, MovementKernels::slice);
    table.add(Pad.class, MovementKernels::pad);
    table.add(Concat.class, MovementKernels::concat);
    table.add(Gather.class, MovementKernels::gather);
    table.add(ReverseSequence.class, MovementKernels::reverseSequence);
    table.add(ScatterAdd.class, MovementKernels::scatterAdd);
    table.add(OneHot.class, MovementKernels::oneHot);
  }

  private static ReferenceKernel broadcast(
      Broadcast op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    return read(Positions.broadcast(inputTypes.get(0).shape(), op.shape()));
  }

  private static ReferenceKernel transpose(
      Transpose op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int[] strides = inputTypes.get(0).shape().strides();
    int[] steps = op.permutation().stream().mapToInt(axis -> strides[axis]).toArray();
    return read(Positions.strided(outputTypes.get(0).shape(), steps, 0));
  }

  private static ReferenceKernel slice(
      Slice op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int[] steps = inputTypes.get(0).shape().strides();
    int start = 0;
    for (int axis = 0; axis < steps.length; axis++) {
      start += op.starts().get(axis) * steps[axis];
      steps[axis] *= op.steps().get(axis);
    }
    return read(Positions.strided(outputTypes.get(0).shape(), steps, start));
  }

  /** Element i of the output is the input's element at positions[i]. */
  private static ReferenceKernel read(int[] positions) {
    return (inputs, outputs) -> {
      for (int i = 0; i < positions.length; i++) {
        outputs[0].set(i, inputs[0].get(positions[i]));
      }
    };
  }

  private static ReferenceKernel pad(
      Pad op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int elements = outputTypes.get(0).shape().elements();
    int[] steps = outputTypes.get(0).shape().strides();
    int start = 0;
    for (int axis = 0; axis < steps.length; axis++) {
      start += op.before().get(axis) * steps[axis];
      steps[axis] *= op.interior().get(axis) + 1;
    }
    int[] positions = Positions.strided(inputTypes.get(0).shape(), steps, start);
    return (inputs, outputs) -> {
      for (int i = 0; i < elements; i++) {
        outputs[0].set(i, op.value());
      }
      for (int i = 0; i < positions.length; i++) {
        outputs[0].set(positions[i], inputs[0].get(i));
      }
    };
  }

  private static ReferenceKernel concat(
      Concat op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape shape = outputTypes.get(0).shape();
    int outer = shape.slice(0, op.axis()).elements();
    // For one index of the outer axes, each input gives one run of neighbouring elements.
    int[] runs =
        inputTypes.stream()
            .map(TensorType::shape)
            .mapToInt(input -> input.slice(op.axis(), input.rank()).elements())
            .toArray();
    return (inputs, outputs) -> {
      int position = 0;
      for (int o = 0; o < outer; o++) {
        for (int k = 0; k < runs.length; k++) {
          int start = o * runs[k];
          for (int i = start; i < start + runs[k]; i++) {
            outputs[0].set(position++, inputs[k].get(i));
          }
        }
      }
    };
  }

  private static ReferenceKernel gather(
      Gather op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape x = inputTypes.get(0).shape();
    int outer = x.slice(0, op.axis()).elements();
    int size = x.dim(op.axis());
    int inner = x.slice(op.axis() + 1, x.rank()).elements();
    int count = inputTypes.get(1).shape().elements();
    return (inputs, outputs) -> {
      int position = 0;
      for (int o = 0; o < outer; o++) {
        for (int k = 0; k < count; k++) {
          int start = (o * size + index(inputs[1], k, size)) * inner;
          for (int i = start; i < start + inner; i++) {
            outputs[0].set(position++, inputs[0].get(i));
          }
        }
      }
    };
  }

  private static ReferenceKernel reverseSequence(
      ReverseSequence op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape x = inputTypes.get(0).shape();
    int steps = x.dim(0);
    int batch = x.dim(1);
    int inner = x.slice(2, x.rank()).elements();
    return (inputs, outputs) -> {
      for (int n = 0; n < batch; n++) {
        int length = index(inputs[1], n, steps + 1);
        for (int t = 0; t < steps; t++) {
          int from = ((t < length ? length - 1 - t : t) * batch + n) * inner;
          int to = (t * batch + n) * inner;
          for (int i = 0; i < inner; i++) {
            outputs[0].set(to + i, inputs[0].get(from + i));
          }
        }
      }
    };
  }

  private static int index(Cells indices, int position, int size) {
    int index = (int) indices.get(position);
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

  private static ReferenceKernel scatterAdd(
      ScatterAdd op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape y = outputTypes.get(0).shape();
    int outer = y.slice(0, op.axis()).elements();
    int size = op.size();
    int inner = y.slice(op.axis() + 1, y.rank()).elements();
    int count = inputTypes.get(1).shape().elements();
    // The updates of entry s, in their order, are first[s], next[first[s]], ... until -1.
    int[] first = new int[size];
    int[] next = new int[count];
    double[] sum = new double[inner];
    return (inputs, outputs) -> {
      Arrays.fill(first, -1);
      for (int k = count - 1; k >= 0; k--) {
        int index = index(inputs[1], k, size);
        next[k] = first[index];
        first[index] = k;
      }
      for (int row = 0; row < outer * size; row++) {
        int updates = row / size * count;
        Arrays.fill(sum, 0);
        for (int k = first[row % size]; k >= 0; k = next[k]) {
          for (int i = 0; i < inner; i++) {
            sum[i] += inputs[0].get((updates + k) * inner + i);
          }
        }
        for (int i = 0; i < inner; i++) {
          outputs[0].set(row * inner + i, sum[i]);
        }
      }
    };
  }

  private static ReferenceKernel oneHot(
      OneHot op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int count = inputTypes.get(0).shape().elements();
    int depth = op.depth();
    return (inputs, outputs) -> {
      for (int k = 0; k < count; k++) {
        int index = (int) inputs[0].get(k);
        for (int d = 0; d < depth; d++) {
          outputs[0].set(k * depth + d, d == index ? 1 : 0);
        }
      }
    };
  }
}
