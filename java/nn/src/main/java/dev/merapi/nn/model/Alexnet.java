package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;

/**
 * The one-tower AlexNet: five convolutions, three of them pooled, and three dense layers, without
 * local response normalisation; 61,100,840 parameters for 3x224x224 and 1000 classes. Source:
 * Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014, with the
 * channels of PyTorch's torchvision.
 *
 * @param inputShape the shape of one image [C, H, W], at least 63x63
 * @param classes the number of logits
 * @param dropout the rate before the first two dense layers; 0 for none
 */
public record Alexnet(
    @Default("[3, 224, 224]") Shape inputShape,
    @Default("1000") int classes,
    @Default("0.5") double dropout)
    implements SequentialModel {
  /** For ImageNet, with dropout. */
  public Alexnet() {
    this(Shape.of(3, 224, 224), 1000, 0.5);
  }

  public Alexnet inputShape(Shape inputShape) {
    return new Alexnet(inputShape, classes, dropout);
  }

  public Alexnet classes(int classes) {
    return new Alexnet(inputShape, classes, dropout);
  }

  public Alexnet dropout(double dropout) {
    return new Alexnet(inputShape, classes, dropout);
  }

  @Override
  public Sequential layers() {
    MaxPool2d pool = new MaxPool2d(3).stride(2);
    return Sequential.of(new Conv2d(64, 11).stride(4).padding(2), new Relu(), pool)
        .add(new Conv2d(192, 5).padding(2))
        .add(new Relu())
        .add(pool)
        .add(new Conv2d(384, 3).padding(1))
        .add(new Relu())
        .add(new Conv2d(256, 3).padding(1))
        .add(new Relu())
        .add(new Conv2d(256, 3).padding(1))
        .add(new Relu())
        .add(pool)
        .add(new Flatten())
        .add(new Dropout(dropout))
        .add("fc1", new Dense(4096))
        .add(new Relu())
        .add(new Dropout(dropout))
        .add("fc2", new Dense(4096))
        .add(new Relu())
        .add("fc3", new Dense(classes));
  }
}
