package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Name;
import dev.merapi.nn.Sequential;

/**
 * The residual network of 50 layers: sixteen bottlenecks of 1x1, 3x3 and 1x1; 25,557,032 parameters
 * for 3x224x224 and 1000 classes. Source: He, Zhang, Ren and Sun, "Deep residual learning for image
 * recognition", CVPR 2016, table 1.
 *
 * <p>Where a block changes its input's shape, a convolution of 1x1 is its shortcut (the paper's
 * option B). The stride is the 3x3's, as in PyTorch's torchvision; in the paper it is the first
 * 1x1's.
 *
 * @param inputShape the shape of one image [C, H, W] of any size; at 32x32 the last maps are 1x1
 * @param classes the number of logits
 */
@Name("resnet-50")
public record Resnet50(@Default("[3, 224, 224]") Shape inputShape, @Default("1000") int classes)
    implements SequentialModel {
  public Resnet50 {
    Images.requireAtLeast(1, inputShape);
  }

  /** For ImageNet. */
  public Resnet50() {
    this(Shape.of(3, 224, 224), 1000);
  }

  public Resnet50 inputShape(Shape inputShape) {
    return new Resnet50(inputShape, classes);
  }

  public Resnet50 classes(int classes) {
    return new Resnet50(inputShape, classes);
  }

  @Override
  public Sequential layers() {
    return new ResidualStages(4, true).layers(classes, 3, 4, 6, 3);
  }
}
