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
 * A small network in the manner of VGG, for images of 32x32: three times two convolutions of 3x3
 * and a pooling, with 64, 128 and 256 channels, then 512 units; ReLU, no batch normalisation;
 * 3,248,202 parameters for 3x32x32 and 10 classes. Source: Simonyan and Zisserman, ICLR 2015.
 *
 * @param inputShape the shape of one image [C, H, W], at least 8x8
 * @param classes the number of logits
 */
public record VggSmall(@Default("[3, 32, 32]") Shape inputShape, @Default("10") int classes)
    implements SequentialModel {
  /** For CIFAR-10. */
  public VggSmall() {
    this(Shape.of(3, 32, 32), 10);
  }

  @Override
  public Sequential layers() {
    Sequential layers = Sequential.of();
    for (int channels : new int[] {64, 128, 256}) {
      layers =
          layers
              .add(new Conv2d(channels, 3).padding(1))
              .add(new Relu())
              .add(new Conv2d(channels, 3).padding(1))
              .add(new Relu())
              .add(new MaxPool2d(2));
    }
    return layers
        .add(new Flatten())
        .add("fc1", new Dense(512))
        .add(new Relu())
        .add("fc2", new Dense(classes));
  }
}
