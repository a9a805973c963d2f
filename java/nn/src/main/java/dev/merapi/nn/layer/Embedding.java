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
 * <p>Applied to vectors x [..., dim] it gives their products with every index's vector instead: y =
 * x weight^T, [..., vocabulary]. So a model that applies an equal embedding again, under the same
 * name, has an output layer whose weight is tied to the input's (Press and Wolf, "Using the Output
 * Embedding to Improve Language Models", EACL 2017):
 *
 * <pre>{@code
 * Embedding words = new Embedding(vocabulary, 256);
 * Value x = net.apply("embedding", words, tokens);
 * ...
 * Value logits = net.apply("embedding", words, states);
 * }</pre>
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
    Shape shape = x.shape();
    boolean indices = x.dtype() == DType.I32;
    GraphException.check(
        indices || x.dtype() == net.dtype() && shape.rank() > 0 && shape.dim(-1) == dim,
        "embedding: expected indices of type I32, or vectors [..., %d], found %s",
        dim,
        x.type());
    Value weight = net.parameter("weight", Shape.of(vocabulary, dim), weightInit);
    return indices ? Ops.gather(weight, x) : products(x, weight);
  }

  /** One product for all vectors, however many axes they have. */
  private static Value products(Value x, Value weight) {
    Shape before = x.shape().slice(0, x.shape().rank() - 1);
    Value rows = Ops.reshape(x, before.elements(), weight.shape().dim(1));
    Value y = Ops.matMul(rows, weight, false, true);
    return Ops.reshape(y, before.concat(Shape.of(weight.shape().dim(0))).toArray());
  }
}
