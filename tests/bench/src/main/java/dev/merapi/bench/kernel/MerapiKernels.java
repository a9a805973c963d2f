package dev.merapi.bench.kernel;

import dev.merapi.bench.measure.OpProgram;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;

/** Programs of one op each. */
final class MerapiKernels {
  private MerapiKernels() {}

  static OpProgram prepare(String device, KernelCase kernelCase) {
    return kernelCase instanceof KernelCase.Convolution c
        ? convolution(device, c)
        : dense(device, (KernelCase.Dense) kernelCase);
  }

  private static OpProgram convolution(String device, KernelCase.Convolution c) {
    Conv2d op = new Conv2d(Window2d.square(c.kernel(), c.stride(), c.padding()), 1);
    Shape x = Shape.of(c.batch(), c.inChannels(), c.size(), c.size());
    Shape weight = Shape.of(c.outChannels(), c.inChannels(), c.kernel(), c.kernel());
    Shape lastX = Shape.of(c.batch(), c.size(), c.size(), c.inChannels());
    Shape lastY = Shape.of(c.batch(), c.outputSize(), c.outputSize(), c.outChannels());
    return switch (c.direction()) {
      case FORWARD ->
          new OpProgram(
              device,
              v -> last(Ops.conv2d(first(v.get(0)), v.get(1), op.window(), op.groups())),
              lastX,
              weight);
      case GRAD_INPUT ->
          new OpProgram(
              device,
              v -> last(Conv2dGradInput.of(first(v.get(0)), v.get(1), op, x)),
              lastY,
              weight);
      case GRAD_WEIGHT ->
          new OpProgram(
              device, v -> Conv2dGradFilter.of(first(v.get(0)), first(v.get(1)), op), lastX, lastY);
    };
  }

  /** Images lie as they do between the convolutions of a network on the cpu: with channels last. */
  private static Value first(Value images) {
    return Ops.transpose(images, 0, 3, 1, 2);
  }

  private static Value last(Value images) {
    return Ops.transpose(images, 0, 2, 3, 1);
  }

  private static OpProgram dense(String device, KernelCase.Dense d) {
    Shape x = Shape.of(d.batch(), d.in());
    Shape weight = Shape.of(d.out(), d.in());
    Shape y = Shape.of(d.batch(), d.out());
    return switch (d.direction()) {
      case FORWARD ->
          new OpProgram(device, v -> Ops.matMul(v.get(0), v.get(1), false, true), x, weight);
      case GRAD_INPUT -> new OpProgram(device, v -> Ops.matMul(v.get(0), v.get(1)), y, weight);
      case GRAD_WEIGHT ->
          new OpProgram(device, v -> Ops.matMul(v.get(0), v.get(1), true, false), y, x);
    };
  }
}
