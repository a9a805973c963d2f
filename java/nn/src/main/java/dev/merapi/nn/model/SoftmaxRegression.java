package dev.merapi.nn.model;

import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;

/**
 * Multinomial logistic regression: one dense layer from the flattened input to the logits. Source:
 * Cox, "Some procedures connected with the logistic qualitative response curve", 1966.
 *
 * @param inputShape the shape of one sample
 * @param classes the number of logits
 */
public record SoftmaxRegression(
    @Default("[1, 28, 28]") Shape inputShape, @Default("10") int classes)
    implements SequentialModel {
  /** For handwritten digits of 1x28x28. */
  public SoftmaxRegression() {
    this(Shape.of(1, 28, 28), 10);
  }

  @Override
  public Sequential layers() {
    return Sequential.of(new Flatten()).add("fc", new Dense(classes));
  }
}
