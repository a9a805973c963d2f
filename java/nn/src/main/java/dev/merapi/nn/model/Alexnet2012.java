package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Name;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.LocalResponseNorm;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;

/**
 * AlexNet as it won in 2012: its convolutions two, four and five see half of the channels each, as
 * they lay on two GPUs; local response normalization, overlapping max pooling, dropout; 60,965,224
 * parameters for 3x224x224 and 1000 classes. Source: Krizhevsky, Sutskever and Hinton, "ImageNet
 * classification with deep convolutional neural networks", NIPS 2012.
 *
 * <p>The images get a margin of two zeros, which makes the 55x55 of the paper. Weights and biases
 * begin as there: normal numbers of 0.01; zeros, but ones in convolutions two, four and five and in
 * the hidden dense layers. They are made for pixels of 0 to 255 less their mean; with smaller
 * numbers it learns slowly at first.
 *
 * @param inputShape the shape of one image [C, H, W], at least 63x63
 * @param classes the number of logits
 * @param dropout the rate after the first two dense layers; 0 for none
 */
@Name("alexnet-2012")
public record Alexnet2012(
    @Default("[3, 224, 224]") Shape inputShape,
    @Default("1000") int classes,
    @Default("0.5") double dropout)
    implements SequentialModel {
  private static final int UNITS = 4096;

  public Alexnet2012 {
    Images.requireAtLeast(63, inputShape);
  }

  /** For ImageNet, with dropout. */
  public Alexnet2012() {
    this(Shape.of(3, 224, 224), 1000, 0.5);
  }

  public Alexnet2012 inputShape(Shape inputShape) {
    return new Alexnet2012(inputShape, classes, dropout);
  }

  public Alexnet2012 classes(int classes) {
    return new Alexnet2012(inputShape, classes, dropout);
  }

  public Alexnet2012 dropout(double dropout) {
    return new Alexnet2012(inputShape, classes, dropout);
  }

  @Override
  public Sequential layers() {
    // The paper's constants; its alpha is not divided by the size, as this layer's is.
    Layer normalization = new LocalResponseNorm(5).alpha(5e-4).k(2);
    Layer pool = new MaxPool2d(3).stride(2);
    return Sequential.of(convolution(96, 11, 1, 0).stride(4), new Relu(), normalization, pool)
        .add(convolution(256, 5, 2, 1))
        .add(new Relu())
        .add(normalization)
        .add(pool)
        .add(convolution(384, 3, 1, 0))
        .add(new Relu())
        .add(convolution(384, 3, 2, 1))
        .add(new Relu())
        .add(convolution(256, 3, 2, 1))
        .add(new Relu())
        .add(pool)
        .add(new Flatten())
        .add("fc1", dense(UNITS, 1))
        .add(new Relu())
        .add(new Dropout(dropout))
        .add("fc2", dense(UNITS, 1))
        .add(new Relu())
        .add(new Dropout(dropout))
        .add("fc3", dense(classes, 0));
  }

  private static Conv2d convolution(int channels, int kernel, int groups, double bias) {
    return new Conv2d(channels, kernel)
        .padding(kernel == 11 ? 2 : kernel / 2)
        .groups(groups)
        .weightInit(new Normal(0, 0.01))
        .biasInit(new Constant(bias));
  }

  private static Dense dense(int units, double bias) {
    return new Dense(units).weightInit(new Normal(0, 0.01)).biasInit(new Constant(bias));
  }
}
