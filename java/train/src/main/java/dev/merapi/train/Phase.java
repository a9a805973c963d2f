package dev.merapi.train;

import dev.merapi.core.graph.GraphException;
import dev.merapi.nn.Default;
import dev.merapi.nn.PathPattern;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.optimizer.Optimizer;
import java.util.List;

/**
 * One of the updates that a training takes in turn on each batch, such as those of a GAN's
 * discriminator and generator: some of the parameters, and the loss that they make small.
 *
 * <p>Each phase is a program of its own over the same variables, so a later one sees what an
 * earlier one changed. Parameters that belong to no phase stay as they are. Source: Goodfellow et
 * al., "Generative Adversarial Nets", NIPS 2014, algorithm 1.
 *
 * @param name under which evaluations report the phase's loss
 * @param parameters what it trains, by {@link PathPattern}s; at least one
 * @param loss of the model's outputs
 * @param optimizer of these parameters; null for the training's
 */
public record Phase(
    String name, List<String> parameters, Loss loss, @Default("null") Optimizer optimizer) {
  public Phase {
    parameters = List.copyOf(parameters);
    GraphException.check(
        !parameters.isEmpty(), "parameters of phase '%s' must be at least one, found none", name);
  }

  /** A phase with the training's optimizer. */
  public Phase(String name, Loss loss, String... parameters) {
    this(name, List.of(parameters), loss, null);
  }

  public Phase optimizer(Optimizer optimizer) {
    return new Phase(name, parameters, loss, optimizer);
  }

  /** Whether it trains the parameter with this path. */
  boolean trains(String path) {
    return parameters.stream().anyMatch(pattern -> new PathPattern(pattern).covers(path));
  }
}
