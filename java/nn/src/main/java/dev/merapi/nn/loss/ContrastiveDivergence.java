package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * What a restricted Boltzmann machine makes small: how much lower the free energy of what its Gibbs
 * chain comes to is than that of the data, loss = mean_n freeEnergyDifference_n.
 *
 * <p>It takes the output {@code freeEnergyDifference} [N] of the model {@code rbm}; its gradient is
 * that of contrastive divergence, and its value, which may be below 0, says little. Targets are not
 * looked at. Source: Hinton, "Training Products of Experts by Minimizing Contrastive Divergence",
 * Neural Computation 14(8), 2002.
 */
public record ContrastiveDivergence() implements Loss {
  /** Of differences alone. */
  @Override
  public Value build(Value prediction, Value target) {
    return Ops.mean(prediction);
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    return Ops.mean(outputs.get("freeEnergyDifference"));
  }
}
