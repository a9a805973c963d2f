package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Name;
import dev.merapi.nn.Sequential;

/**
 * The plain twin of {@code resnet-18}, without shortcuts: 18 layers in a row; 11,515,688 parameters
 * for 3x224x224 and 1000 classes. Source: He, Zhang, Ren and Sun, "Deep residual learning for image
 * recognition", CVPR 2016, table 1.
 *
 * <p>It shows what shortcuts are for: deeper plain networks learn worse.
 *
 * @param inputShape the shape of one image [C, H, W] of any size; at 32x32 the last maps are 1x1
 * @param classes the number of logits
 */
@Name("plain-18")
public record Plain18(@Default("[3, 224, 224]") Shape inputShape, @Default("1000") int classes)
    implements SequentialModel {
  public Plain18 {
    Images.requireAtLeast(1, inputShape);
  }

  /** For ImageNet. */
  public Plain18() {
    this(Shape.of(3, 224, 224), 1000);
  }

  public Plain18 inputShape(Shape inputShape) {
    return new Plain18(inputShape, classes);
  }

  public Plain18 classes(int classes) {
    return new Plain18(inputShape, classes);
  }

  @Override
  public Sequential layers() {
    return new ResidualStages(1, false).layers(classes, 2, 2, 2, 2);
  }
}
