package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Copies elements from place to place. */
final class MovementKernels {
  private MovementKernels() {}

  static void register(KernelTable table) {
    table.add(Broadcast.class, MovementKernels::broadcast);
    table.add(Transpose.class, MovementKernels::transpose);
    table.add(Slice.class, MovementKernels::slice);
    table.add(Pad.class, PadKernel::create);
    table.add(Concat.class, MovementKernels::concat);
  }

  private static CudaKernel broadcast(
      Broadcast op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape x = inputs.get(0).shape();
    int[] strides = x.strides();
    int[] steps = new int[op.shape().rank()];
    int lead = steps.length - x.rank();
    for (int axis = 0; axis < x.rank(); axis++) {
      steps[lead + axis] = x.dim(axis) == 1 ? 0 : strides[axis];
    }
    return read(outputs.get(0), new Layout(0, steps), context);
  }

  private static CudaKernel transpose(
      Transpose op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    int[] strides = inputs.get(0).shape().strides();
    int[] steps = op.permutation().stream().mapToInt(axis -> strides[axis]).toArray();
    return read(outputs.get(0), new Layout(0, steps), context);
  }

  private static CudaKernel slice(
      Slice op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    int[] steps = inputs.get(0).shape().strides();
    int start = 0;
    for (int axis = 0; axis < steps.length; axis++) {
      start += op.starts().get(axis) * steps[axis];
      steps[axis] *= op.steps().get(axis);
    }
    return read(outputs.get(0), new Layout(start, steps), context);
  }

  /** The output is the input's elements that lie there. */
  private static CudaKernel read(TensorType output, Layout from, CudaContext context) {
    Shape shape = output.shape();
    StridedCopy copy = new StridedCopy(shape, output.dtype(), from, Layout.dense(shape), context);
    return new LaunchKernel(
        copy.isTiled() ? "tiled" : "",
        0,
        (in, out, workspace) -> List.of(copy.launch(in[0], out[0])));
  }

  /** One copy for each input. */
  private static CudaKernel concat(
      Concat op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    int[] steps = outputs.get(0).shape().strides();
    List<StridedCopy> copies = new ArrayList<>();
    int at = 0;
    for (TensorType input : inputs) {
      Shape shape = input.shape();
      Layout to = new Layout(at * steps[op.axis()], steps);
      copies.add(new StridedCopy(shape, input.dtype(), Layout.dense(shape), to, context));
      at += shape.dim(op.axis());
    }
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) ->
            IntStream.range(0, in.length)
                .mapToObj(i -> copies.get(i).launch(in[i], out[0]))
                .toList());
  }
}
