package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Name;
import dev.merapi.nn.Sequential;

/**
 * The residual network of 34 layers: sixteen blocks of two convolutions of 3x3; 21,797,672
 * parameters for 3x224x224 and 1000 classes. Source: He, Zhang, Ren and Sun, "Deep residual
 * learning for image recognition", CVPR 2016, table 1.
 *
 * <p>Where a block changes its input's shape, a convolution of 1x1 is its shortcut (the paper's
 * option B).
 *
 * @param inputShape the shape of one image [C, H, W] of any size; at 32x32 the last maps are 1x1
 * @param classes the number of logits
 */
@Name("resnet-34")
public record Resnet34(@Default("[3, 224, 224]") Shape inputShape, @Default("1000") int classes)
    implements SequentialModel {
  public Resnet34 {
    Images.requireAtLeast(1, inputShape);
  }

  /** For ImageNet. */
  public Resnet34() {
    this(Shape.of(3, 224, 224), 1000);
  }

  public Resnet34 inputShape(Shape inputShape) {
    return new Resnet34(inputShape, classes);
  }

  public Resnet34 classes(int classes) {
    return new Resnet34(inputShape, classes);
  }

  @Override
  public Sequential layers() {
    return new ResidualStages(1, true).layers(classes, 3, 4, 6, 3);
  }
}
