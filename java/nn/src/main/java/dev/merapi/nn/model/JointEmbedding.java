package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Gru;
import dev.merapi.nn.layer.L2Normalize;
import java.util.List;

/**
 * Images and texts in one space: a convolutional network {@code image} and an embedding with a GRU
 * {@code text} make vectors of length 1, whose products say which text fits which image.
 *
 * <pre>
 * u_i = normalize(W_image image(x_i) + b_image)
 * v_j = normalize(W_text h_T(x'_j) + b_text)
 * scores_ij = u_i . v_j
 * </pre>
 *
 * <p>x [N, C, H, W] and x' I32 [N, T], words by number with 0 behind the end, where the GRU's state
 * no longer changes; output {@code scores} [N, N] of each image with each text of the batch, from
 * -1 to 1, for the loss {@code bidirectionalRanking}. Source: Kiros, Salakhutdinov and Zemel,
 * "Unifying Visual-Semantic Embeddings with Multimodal Neural Language Models", 2014.
 *
 * @param inputShape the shape of an image [C, H, W]
 * @param length words in a text, T
 * @param classes how many words there are, 0 among them
 * @param image makes features [N, F] of images
 * @param wordDim the length of a word's vector
 * @param hidden features of the GRU's state
 * @param dim the length of an image's and a text's vector
 */
public record JointEmbedding(
    @Default("[3, 32, 32]") Shape inputShape,
    @Default("11") int length,
    @Default("18") int classes,
    @Default(ImageFeatures.LAYERS) Layer image,
    @Default("16") int wordDim,
    @Default("64") int hidden,
    @Default("64") int dim)
    implements Model, MultiLayer {
  private static final String IMAGE = "image";
  private static final String TEXT = "text";

  /** For images of 3x32x32 and texts of up to 11 out of 18 words. */
  public JointEmbedding() {
    this(Shape.of(3, 32, 32), 11, 18, ImageFeatures.layers(), 16, 64, 64);
  }

  public JointEmbedding inputShape(Shape inputShape) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  public JointEmbedding length(int length) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  public JointEmbedding classes(int classes) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  public JointEmbedding image(Layer image) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  public JointEmbedding wordDim(int wordDim) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  public JointEmbedding hidden(int hidden) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  public JointEmbedding dim(int dim) {
    return new JointEmbedding(inputShape, length, classes, image, wordDim, hidden, dim);
  }

  @Override
  public List<Shape> inputShapes() {
    return List.of(inputShape, Shape.of(length));
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 2 && inputs.get(1).dtype() == DType.I32,
        "jointEmbedding: expected images and texts I32 [N, T], found %s",
        inputs.stream().map(Value::type).toList());
    Value images =
        net.apply(IMAGE, Sequential.of(image, new Dense(dim), new L2Normalize()), inputs.get(0));
    Value texts = net.apply(TEXT, new TextTower(classes, wordDim, hidden, dim), inputs.get(1));
    return Outputs.of("scores", Ops.matMul(images, texts, false, true));
  }

  /** From words [N, T] to vectors [N, dim] of length 1. */
  private record TextTower(int classes, int wordDim, int hidden, int dim) implements Layer {
    @Override
    public Value build(Net net, Value words) {
      Value vectors = net.apply("words", new Embedding(classes, wordDim), words);
      Value timeMajor = Ops.transpose(vectors, 1, 0, 2);
      Value lengths = WordInputs.lengths(words, net.dtype());
      Value state = net.apply("gru", new Gru(hidden), List.of(timeMajor, lengths)).get("h");
      Value last = Ops.reshape(state, words.shape().dim(0), hidden);
      return new L2Normalize().build(net, net.apply("fc", new Dense(dim), last));
    }
  }
}
