package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.LocalResponseNorm;

/**
 * The network A-LRN of VGG. Network A with local response normalization after the first
 * convolution; 132,863,336 parameters for 3x224x224 and 1000 classes.
 *
 * <p>Convolutions keep the size, ReLU follows each, and each of the five stages of 64, 128, 256,
 * 512 and 512 channels ends in a max pooling of 2x2; then two dense layers of 4096 units with
 * dropout, and the logits. Source: Simonyan and Zisserman, "Very deep convolutional networks for
 * large-scale image recognition", ICLR 2015, table 1.
 *
 * @param inputShape the shape of one image [C, H, W], at least 32x32
 * @param classes the number of logits
 * @param dropout the rate after the first two dense layers; 0 for none
 */
public record VggALrn(
    @Default("[3, 224, 224]") Shape inputShape,
    @Default("1000") int classes,
    @Default("0.5") double dropout)
    implements SequentialModel {
  public VggALrn {
    Images.requireAtLeast(Vgg.SMALLEST, inputShape);
  }

  /** For ImageNet, with dropout. */
  public VggALrn() {
    this(Shape.of(3, 224, 224), 1000, 0.5);
  }

  public VggALrn inputShape(Shape inputShape) {
    return new VggALrn(inputShape, classes, dropout);
  }

  public VggALrn classes(int classes) {
    return new VggALrn(inputShape, classes, dropout);
  }

  public VggALrn dropout(double dropout) {
    return new VggALrn(inputShape, classes, dropout);
  }

  @Override
  public Sequential layers() {
    // The paper's constants; its alpha is not divided by the size, as this layer's is.
    LocalResponseNorm normalization = new LocalResponseNorm(5).alpha(5e-4).k(2);
    return new Vgg(Vgg.of(1, 1, 2, 2, 2).stages(), Sequential.of(normalization))
        .layers(classes, dropout);
  }
}
