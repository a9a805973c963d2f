package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Normal;

/**
 * Adds to each vector of a sequence a learned vector for its place: y[n, t, :] = x[n, t, :] +
 * weight[t, :].
 *
 * <p>x and y [N, T, D] with T up to maxLength. Variable {@code weight} [maxLength, D]. Source:
 * Vaswani et al., "Attention Is All You Need", NIPS 2017, section 3.5, after Gehring et al.,
 * "Convolutional Sequence to Sequence Learning", ICML 2017; it begins as in Devlin et al., "BERT",
 * NAACL 2019.
 *
 * @param maxLength the longest sequence, at least 1
 * @param weightInit what the weight begins with
 */
public record PositionEmbedding(
    int maxLength, @Default("{normal: {std: 0.02}}") Initializer weightInit) implements Layer {
  public PositionEmbedding {
    GraphException.check(
        maxLength >= 1, "positionEmbedding: maxLength must be at least 1, found %d", maxLength);
  }

  /** With normal numbers of standard deviation 0.02. */
  public PositionEmbedding(int maxLength) {
    this(maxLength, new Normal(0, 0.02));
  }

  public PositionEmbedding weightInit(Initializer weightInit) {
    return new PositionEmbedding(maxLength, weightInit);
  }

  @Override
  public Value build(Net net, Value x) {
    PositionalEncoding.checkLength("positionEmbedding", x, maxLength);
    Shape shape = Shape.of(maxLength, x.shape().dim(2));
    return PositionalEncoding.addFirst(x, net.parameter("weight", shape, weightInit));
  }
}
