package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.softplus;
import static dev.merapi.core.op.Ops.sub;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * What a GAN's discriminator makes small: the binary cross-entropy of its logits, of data, which it
 * shall find real, and of made samples, which it shall not.
 *
 * <pre>
 * loss = mean_n (softplus(real_n) - (1 - labelSmoothing) real_n) + mean_n softplus(fake_n)
 * </pre>
 *
 * <p>That is -log D(x) - log(1 - D(G(z))) with D the sigmoid of the logit where nothing is
 * smoothed. It takes the outputs {@code real} and {@code fake}, logits of any shape; targets are
 * not looked at. Source: Goodfellow et al., "Generative Adversarial Nets", NIPS 2014; one-sided
 * label smoothing: Salimans et al., "Improved Techniques for Training GANs", NIPS 2016.
 *
 * @param labelSmoothing how far below 1 the wanted probability of data is, from 0 to below 1
 */
public record Discriminator(@Default("0") double labelSmoothing) implements Loss {
  public Discriminator {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing must be at least 0 and less than 1, found " + labelSmoothing);
    }
  }

  /** Without smoothing. */
  public Discriminator() {
    this(0);
  }

  /** Of a prediction that is all real; a GAN has two outputs. */
  @Override
  public Value build(Value prediction, Value target) {
    return build(Outputs.of("real", prediction), List.of(target));
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    Value real = outputs.get("real");
    Value found = mean(sub(softplus(real), mul(real, 1 - labelSmoothing)));
    return add(found, mean(softplus(outputs.get("fake"))));
  }
}
