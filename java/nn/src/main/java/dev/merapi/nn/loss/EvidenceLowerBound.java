package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Outputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a variational autoencoder makes small: the negative evidence lower bound, a bound from above
 * of -log p(x) in nats per sample.
 *
 * <pre>
 * loss = reconstruction + beta divergence
 * reconstruction = mean_n sum_i (softplus(x_ni) - t_ni x_ni)
 * divergence = mean_n sum_d (mean_nd^2 + exp(logVariance_nd) - 1 - logVariance_nd) / 2
 * </pre>
 *
 * <p>The first is the binary cross-entropy of the first output, logits x [N, ...], with the target
 * t of the same type and shape, numbers from 0 to 1; the second the Kullback-Leibler divergence of
 * the codes' normal distributions, the outputs {@code mean} and {@code logVariance} [N, D], from
 * the standard one. Evaluations report both. Source: Kingma and Welling, "Auto-Encoding Variational
 * Bayes", ICLR 2014; beta: Higgins et al., "beta-VAE", ICLR 2017.
 *
 * @param beta how much the divergence counts, at least 0; the bound has 1
 */
public record EvidenceLowerBound(@Default("1") double beta) implements Loss {
  public EvidenceLowerBound {
    if (!(beta >= 0 && Double.isFinite(beta))) {
      throw new IllegalArgumentException("beta must be finite and at least 0, found " + beta);
    }
  }

  /** The bound itself. */
  public EvidenceLowerBound() {
    this(1);
  }

  /** Of a prediction alone, for which there is no bound. */
  @Override
  public Value build(Value prediction, Value target) {
    return build(Outputs.of(prediction), List.of(target));
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    Map<String, Value> parts = parts(outputs, targets);
    return Ops.add(parts.get("reconstruction"), Ops.mul(parts.get("divergence"), beta));
  }

  @Override
  public Map<String, Value> parts(Outputs outputs, List<Value> targets) {
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.put("reconstruction", reconstruction(outputs.first(), targets.get(0)));
    parts.put("divergence", divergence(outputs.get("mean"), outputs.get("logVariance")));
    return parts;
  }

  private static Value reconstruction(Value logits, Value target) {
    SameShape.check("evidenceLowerBound", logits, target);
    Shape shape = logits.shape();
    int numbers = shape.slice(1, shape.rank()).elements();
    return Ops.mul(new BinaryCrossEntropy().build(logits, target), numbers);
  }

  private static Value divergence(Value mean, Value logVariance) {
    GraphException.check(
        mean.shape().rank() == 2 && mean.type().equals(logVariance.type()),
        "evidenceLowerBound: expected a mean and a logVariance [N, D], found %s and %s",
        mean.type(),
        logVariance.type());
    Value squares = Ops.add(Ops.square(mean), Ops.exp(logVariance));
    Value all = Ops.sum(Ops.sub(Ops.sub(squares, 1), logVariance), 1);
    return Ops.mul(Ops.mean(all), 0.5);
  }
}
