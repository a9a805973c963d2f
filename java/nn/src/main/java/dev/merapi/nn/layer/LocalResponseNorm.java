package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Local response normalization: y[c] = x[c] / (k + alpha / size * sum of x[j]^2 over the size
 * channels j around c)^beta, for x [N, C, ...] and y of the same shape. Source: Krizhevsky,
 * Sutskever and Hinton, NIPS 2012; alpha is divided by size as in PyTorch, unlike in the paper.
 *
 * @param size how many channels are summed, at least 1
 * @param alpha the weight of the mean square
 * @param beta the exponent
 * @param k what is added to the mean square
 */
public record LocalResponseNorm(
    int size, @Default("0.0001") double alpha, @Default("0.75") double beta, @Default("1") double k)
    implements Layer {
  public LocalResponseNorm {
    GraphException.check(size >= 1, "localResponseNorm: size must be at least 1, found %d", size);
  }

  /** With PyTorch's constants. */
  public LocalResponseNorm(int size) {
    this(size, 1e-4, 0.75, 1);
  }

  public LocalResponseNorm alpha(double alpha) {
    return new LocalResponseNorm(size, alpha, beta, k);
  }

  public LocalResponseNorm beta(double beta) {
    return new LocalResponseNorm(size, alpha, beta, k);
  }

  public LocalResponseNorm k(double k) {
    return new LocalResponseNorm(size, alpha, beta, k);
  }

  @Override
  public Value build(Net net, Value x) {
    return Ops.localResponseNorm(x, size, alpha, beta, k);
  }
}
