package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Uniform;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.Embedding;
import java.util.List;

/**
 * The skip-gram model of word vectors: how well each of some candidates goes with a word, by the
 * product of the word's vector and the candidate's other vector.
 *
 * <pre>
 * scores[n, k] = sum over d of embedding[word[n], d] context[candidates[n, k], d]
 * </pre>
 *
 * <p>word I32 [N], candidates I32 [N, negatives + 1], the first of which is a word that stood
 * nearby; output {@code scores} [N, negatives + 1]. The vectors that one wants are the variable
 * {@code embedding.weight} [vocabulary, dim], which begins uniform within 1 / (2 dim), as {@code
 * context.weight} does with zeros. Source: Mikolov, Sutskever, Chen, Corrado and Dean, "Distributed
 * representations of words and phrases and their compositionality", NIPS 2013.
 *
 * @param vocabulary how many numbers words have
 * @param dim the length of the vectors
 * @param negatives candidates that were drawn at random
 */
public record SkipGram(
    @Default("10000") int vocabulary, @Default("64") int dim, @Default("5") int negatives)
    implements Model, MultiLayer {
  public SkipGram {
    GraphException.check(
        negatives >= 1, "skipGram: negatives must be at least 1, found %d", negatives);
  }

  /** For 10,000 words with vectors of 64. */
  public SkipGram() {
    this(10_000, 64, 5);
  }

  public SkipGram vocabulary(int vocabulary) {
    return new SkipGram(vocabulary, dim, negatives);
  }

  public SkipGram dim(int dim) {
    return new SkipGram(vocabulary, dim, negatives);
  }

  public SkipGram negatives(int negatives) {
    return new SkipGram(vocabulary, dim, negatives);
  }

  @Override
  public Shape inputShape() {
    return Shape.of();
  }

  @Override
  public List<Shape> inputShapes() {
    return List.of(Shape.of(), Shape.of(negatives + 1));
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    Value word = inputs.get(0);
    GraphException.check(
        inputs.size() == 2
            && inputs.stream().allMatch(x -> x.dtype() == DType.I32)
            && word.shape().rank() == 1
            && inputs.get(1).shape().rank() == 2
            && inputs.get(1).shape().dim(0) == word.shape().dim(0),
        "skipGram: expected words I32 [N] and candidates I32 [N, C], found %s",
        inputs.stream().map(Value::type).toList());
    double bound = 0.5 / dim;
    Embedding words = new Embedding(vocabulary, dim).weightInit(new Uniform(-bound, bound));
    Embedding contexts = new Embedding(vocabulary, dim).weightInit(new Zeros());
    Value own = Ops.reshape(net.apply("embedding", words, word), word.shape().dim(0), 1, dim);
    Value others = net.apply("context", contexts, inputs.get(1));
    return Outputs.of("scores", Ops.sum(Ops.mul(own, others), 2));
  }
}
