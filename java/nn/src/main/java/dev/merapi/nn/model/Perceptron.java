package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;

/**
 * One neuron: the score z = w x + b of the flattened input, whose sign is the answer; y [N].
 *
 * <p>The step that follows in the paper is left to the loss {@code perceptron}, which with {@code
 * sgd} of rate 1 and batches of 1 is the perceptron's learning rule, and to the metric {@code
 * binaryAccuracy}, for which a score above 0 is a 1. Variables: {@code fc.weight} [1, features] and
 * {@code fc.bias} [1], at first 0. Source: Rosenblatt, Psychological Review 65(6), 1958.
 *
 * @param inputShape the shape of one sample
 */
public record Perceptron(@Default("[2]") Shape inputShape) implements Model {
  /** Of two inputs. */
  public Perceptron() {
    this(Shape.of(2));
  }

  @Override
  public Value build(Net net, Value x) {
    Value features = new Flatten().build(net, x);
    Dense neuron = new Dense(1).weightInit(new Zeros()).biasInit(new Zeros());
    return Ops.reshape(net.apply("fc", neuron, features), x.shape().dim(0));
  }
}
