package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;

/**
 * LeNet-5 as it is built today: max pooling, ReLU and full connections between the feature maps;
 * 61,706 parameters for 1x28x28 and 10 classes. Source: LeCun, Bottou, Bengio and Haffner,
 * Proceedings of the IEEE 86(11), 1998.
 *
 * @param inputShape the shape of one image [C, H, W], at least 12x12
 * @param classes the number of logits
 */
public record Lenet5(@Default("[1, 28, 28]") Shape inputShape, @Default("10") int classes)
    implements SequentialModel {
  /** For handwritten digits of 1x28x28. */
  public Lenet5() {
    this(Shape.of(1, 28, 28), 10);
  }

  @Override
  public Sequential layers() {
    return Sequential.of(new Conv2d(6, 5).padding(2), new Relu(), new MaxPool2d(2))
        .add(new Conv2d(16, 5))
        .add(new Relu())
        .add(new MaxPool2d(2))
        .add(new Flatten())
        .add("fc1", new Dense(120))
        .add(new Relu())
        .add("fc2", new Dense(84))
        .add(new Relu())
        .add("fc3", new Dense(classes));
  }
}
