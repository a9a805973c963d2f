package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Activation;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Relu;
import java.util.List;

/**
 * A multilayer perceptron: the flattened input, dense layers {@code fc1}, {@code fc2}, ... with an
 * activation after each but the last, which gives the logits. Source: Rumelhart, Hinton and
 * Williams, Nature 323, 1986.
 *
 * @param inputShape the shape of one sample
 * @param classes the number of logits
 * @param hidden the units of the hidden layers; none makes it a softmax regression
 * @param activation what follows each hidden layer
 */
public record Mlp(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default("10") int classes,
    @Default("[512, 256]") List<Integer> hidden,
    @Default("relu") Activation activation)
    implements SequentialModel {
  public Mlp {
    hidden = List.copyOf(hidden);
  }

  /** 784-512-256-10 with ReLU, for handwritten digits of 1x28x28. */
  public Mlp() {
    this(Shape.of(1, 28, 28), 10, List.of(512, 256), new Relu());
  }

  public Mlp inputShape(Shape inputShape) {
    return new Mlp(inputShape, classes, hidden, activation);
  }

  public Mlp classes(int classes) {
    return new Mlp(inputShape, classes, hidden, activation);
  }

  public Mlp hidden(Integer... hidden) {
    return new Mlp(inputShape, classes, List.of(hidden), activation);
  }

  public Mlp activation(Activation activation) {
    return new Mlp(inputShape, classes, hidden, activation);
  }

  @Override
  public Sequential layers() {
    Sequential layers = Sequential.of(new Flatten());
    int number = 1;
    for (int units : hidden) {
      layers = layers.add("fc" + number++, new Dense(units)).add(activation);
    }
    return layers.add("fc" + number, new Dense(classes));
  }
}
