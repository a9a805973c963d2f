package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Name;
import dev.merapi.nn.Sequential;

/**
 * The residual network of 18 layers: eight blocks of two convolutions of 3x3; 11,689,512 parameters
 * for 3x224x224 and 1000 classes. Source: He, Zhang, Ren and Sun, "Deep residual learning for image
 * recognition", CVPR 2016, table 1.
 *
 * <p>Where a block changes its input's shape, a convolution of 1x1 is its shortcut (the paper's
 * option B).
 *
 * @param inputShape the shape of one image [C, H, W] of any size; at 32x32 the last maps are 1x1
 * @param classes the number of logits
 */
@Name("resnet-18")
public record Resnet18(@Default("[3, 224, 224]") Shape inputShape, @Default("1000") int classes)
    implements SequentialModel {
  public Resnet18 {
    Images.requireAtLeast(1, inputShape);
  }

  /** For ImageNet. */
  public Resnet18() {
    this(Shape.of(3, 224, 224), 1000);
  }

  public Resnet18 inputShape(Shape inputShape) {
    return new Resnet18(inputShape, classes);
  }

  public Resnet18 classes(int classes) {
    return new Resnet18(inputShape, classes);
  }

  @Override
  public Sequential layers() {
    return new ResidualStages(1, true).layers(classes, 2, 2, 2, 2);
  }
}
