package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.neg;
import static dev.merapi.core.op.Ops.softplus;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * What a GAN's generator makes small: the cross-entropy of the discriminator's logits of made
 * samples with what it says of data, loss = mean_n softplus(-fake_n).
 *
 * <p>That is -log D(G(z)), the form that does not saturate where the discriminator is sure. It
 * takes the output {@code fake}, logits of any shape; targets are not looked at. Source: Goodfellow
 * et al., "Generative Adversarial Nets", NIPS 2014.
 */
public record Generator() implements Loss {
  /** Of a prediction that is all made. */
  @Override
  public Value build(Value prediction, Value target) {
    return build(Outputs.of("fake", prediction), List.of(target));
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    return mean(softplus(neg(outputs.get("fake"))));
  }
}
