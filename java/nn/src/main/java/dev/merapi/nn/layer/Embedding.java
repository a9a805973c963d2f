package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Normal;

/**
 * A vector for each index: y[..., :] = weight[x[...], :], for x I32 [...] and y [..., dim].
 *
 * <p>Variable {@code weight} [vocabulary, dim], as in PyTorch. Indices must lie from 0 to
 * vocabulary - 1. Source: Bengio, Ducharme, Vincent and Jauvin, JMLR 3, 2003.
 *
 * @param vocabulary how many indices there are, at least 1
 * @param dim the length of each vector, at least 1
 * @param weightInit what the weight begins with; standard normal numbers as in PyTorch
 */
public record Embedding(
    int vocabulary, int dim, @Default("{normal: {std: 1}}") Initializer weightInit)
    implements Layer {
  public Embedding {
    GraphException.check(
        vocabulary >= 1 && dim >= 1,
        "embedding: vocabulary and dim must be at least 1, found %d and %d",
        vocabulary,
        dim);
  }

  /** With standard normal numbers. */
  public Embedding(int vocabulary, int dim) {
    this(vocabulary, dim, new Normal(0, 1));
  }

  public Embedding weightInit(Initializer weightInit) {
    return new Embedding(vocabulary, dim, weightInit);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.dtype() == DType.I32, "embedding: expected indices of type I32, found %s", x.type());
    return Ops.gather(net.parameter("weight", Shape.of(vocabulary, dim), weightInit), x);
  }
}
