package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.rsqrt;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What batch and layer normalization share, from primitives: values are shifted and scaled to mean
 * 0 and variance 1 over some axes, then scaled and shifted by parameters that vary along others.
 *
 * @param axes the axes that mean and variance are taken over
 * @param statistics the shape that the statistics have, seen along x
 * @param parameters the shape that the parameters have, seen along x
 */
record Standardization(List<Integer> axes, Shape statistics, Shape parameters) {
  /** Over all axes but the channels. */
  static Standardization perChannel(Shape x) {
    Shape channels = BatchNorm.perChannel(x);
    List<Integer> axes = IntStream.range(0, x.rank()).filter(axis -> axis != 1).boxed().toList();
    return new Standardization(axes, channels, channels);
  }

  /** Over the last axes. */
  static Standardization trailing(Shape x, int count) {
    int lead = x.rank() - count;
    Shape statistics = x;
    for (int axis = lead; axis < x.rank(); axis++) {
      statistics = statistics.with(axis, 1);
    }
    List<Integer> axes = IntStream.range(lead, x.rank()).boxed().toList();
    return new Standardization(axes, statistics, x.slice(lead, x.rank()));
  }

  /** (y, mean, invStd) from x, scale and bias, with statistics saved in this shape. */
  List<Value> forward(List<Value> inputs, double epsilon, Shape saved) {
    Value x = inputs.get(0);
    Value mean = mean(x);
    Value centered = sub(x, mean);
    Value variance = mean(mul(centered, centered));
    Value invStd = rsqrt(add(variance, epsilon));
    Value scaled = mul(mul(centered, invStd), Reshape.of(inputs.get(1), parameters));
    Value y = add(scaled, Reshape.of(inputs.get(2), parameters));
    return List.of(y, Reshape.of(mean, saved), Reshape.of(invStd, saved));
  }

  /** (gradX, gradScale, gradBias) from gradOutput, x, scale, mean and invStd. */
  List<Value> backward(List<Value> inputs) {
    Value gradOutput = inputs.get(0);
    Value scale = inputs.get(2);
    Value mean = Reshape.of(inputs.get(3), statistics);
    Value invStd = Reshape.of(inputs.get(4), statistics);
    Value standard = mul(sub(inputs.get(1), mean), invStd);
    Value grad = mul(gradOutput, Reshape.of(scale, parameters));
    Value shift = add(mean(grad), mul(standard, mean(mul(grad, standard))));
    return List.of(
        mul(invStd, sub(grad, shift)),
        toParameters(mul(gradOutput, standard), scale.shape()),
        toParameters(gradOutput, scale.shape()));
  }

  /** Gives the gradients of x, scale and bias, which the backward op has as outputs. */
  static void gradient(Op backward, Adjoint adjoint) {
    List<Value> inputs =
        List.of(
            adjoint.gradOutput(),
            adjoint.input(0),
            adjoint.input(1),
            adjoint.output(1),
            adjoint.output(2));
    List<Value> gradients = adjoint.input(0).graph().applyAll(backward, inputs);
    for (int i = 0; i < gradients.size(); i++) {
      Value gradient = gradients.get(i);
      adjoint.give(i, () -> gradient);
    }
  }

  private Value mean(Value x) {
    return Moments.mean(x, axes.stream().mapToInt(Integer::intValue).toArray());
  }

  private Value toParameters(Value x, Shape shape) {
    return Reshape.of(Reduce.sumTo(x, parameters), shape);
  }
}
