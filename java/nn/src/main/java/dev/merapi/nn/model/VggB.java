package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;

/**
 * The network B of VGG. Thirteen layers with weights, of which ten are convolutions of 3x3;
 * 133,047,848 parameters for 3x224x224 and 1000 classes.
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
public record VggB(
    @Default("[3, 224, 224]") Shape inputShape,
    @Default("1000") int classes,
    @Default("0.5") double dropout)
    implements SequentialModel {
  public VggB {
    Images.requireAtLeast(Vgg.SMALLEST, inputShape);
  }

  /** For ImageNet, with dropout. */
  public VggB() {
    this(Shape.of(3, 224, 224), 1000, 0.5);
  }

  public VggB inputShape(Shape inputShape) {
    return new VggB(inputShape, classes, dropout);
  }

  public VggB classes(int classes) {
    return new VggB(inputShape, classes, dropout);
  }

  public VggB dropout(double dropout) {
    return new VggB(inputShape, classes, dropout);
  }

  @Override
  public Sequential layers() {
    return Vgg.of(2, 2, 2, 2, 2).layers(classes, dropout);
  }
}
