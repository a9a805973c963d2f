package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;
import java.util.List;

/**
 * The network C of VGG. Sixteen layers with weights; the last convolution of stages three to five
 * is of 1x1; 133,638,952 parameters for 3x224x224 and 1000 classes.
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
public record VggC(
    @Default("[3, 224, 224]") Shape inputShape,
    @Default("1000") int classes,
    @Default("0.5") double dropout)
    implements SequentialModel {
  public VggC {
    Images.requireAtLeast(Vgg.SMALLEST, inputShape);
  }

  /** For ImageNet, with dropout. */
  public VggC() {
    this(Shape.of(3, 224, 224), 1000, 0.5);
  }

  public VggC inputShape(Shape inputShape) {
    return new VggC(inputShape, classes, dropout);
  }

  public VggC classes(int classes) {
    return new VggC(inputShape, classes, dropout);
  }

  public VggC dropout(double dropout) {
    return new VggC(inputShape, classes, dropout);
  }

  @Override
  public Sequential layers() {
    List<Integer> two = List.of(3, 3);
    List<Integer> three = List.of(3, 3, 1);
    return new Vgg(List.of(two, two, three, three, three), Sequential.of())
        .layers(classes, dropout);
  }
}
