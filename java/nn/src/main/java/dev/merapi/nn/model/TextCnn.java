package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Uniform;
import dev.merapi.nn.layer.Conv1d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.GlobalMaxPool1d;
import dev.merapi.nn.layer.Parallel;
import dev.merapi.nn.layer.Permute;
import dev.merapi.nn.layer.Relu;
import java.util.List;

/**
 * A convolutional network over sentences: an embedding of the words, for each width filters that
 * see so many words, ReLU and the maximum over the sentence, dropout, and a dense layer {@code fc}
 * that gives the logits; 1,329,730 parameters with the defaults.
 *
 * <p>x I32 [N, T], words by number; output [N, classes]. A filter also sees windows that hang over
 * the ends of the sequence, as with width - 1 zeros on both sides. Source: Kim, "Convolutional
 * neural networks for sentence classification", EMNLP 2014, with words that begin at random
 * (CNN-rand); there dim is 300, 100 filters have each of the widths, dropout is 0.5 and no dropout
 * follows the embedding.
 *
 * @param inputShape the length of a sequence [T]
 * @param classes the number of logits
 * @param vocabulary how many numbers words have
 * @param dim features of a word
 * @param filters of each width
 * @param widths of the filters, in words
 * @param embeddingDropout dropout rate of the words' features
 * @param dropout dropout rate of the filters' maxima
 */
public record TextCnn(
    @Default("[50]") Shape inputShape,
    @Default("2") int classes,
    @Default("20000") int vocabulary,
    @Default("64") int dim,
    @Default("64") int filters,
    @Default("[3, 4, 5]") List<Integer> widths,
    @Default("0") double embeddingDropout,
    @Default("0.5") double dropout)
    implements SequentialModel {
  public TextCnn {
    widths = List.copyOf(widths);
    GraphException.check(
        !widths.isEmpty() && widths.stream().allMatch(width -> width >= 1),
        "textCnn: expected widths of at least 1, found %s",
        widths);
  }

  /** For sentences of 50 words and two classes. */
  public TextCnn() {
    this(Shape.of(50), 2, 20_000, 64, 64, List.of(3, 4, 5), 0, 0.5);
  }

  public TextCnn inputShape(Shape inputShape) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  public TextCnn classes(int classes) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  public TextCnn vocabulary(int vocabulary) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  public TextCnn dim(int dim) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  public TextCnn filters(int filters) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  public TextCnn widths(Integer... widths) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, List.of(widths), embeddingDropout, dropout);
  }

  public TextCnn embeddingDropout(double embeddingDropout) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  public TextCnn dropout(double dropout) {
    return new TextCnn(
        inputShape, classes, vocabulary, dim, filters, widths, embeddingDropout, dropout);
  }

  @Override
  public Sequential layers() {
    List<Layer> branches = widths.stream().map(this::branch).toList();
    return Sequential.of()
        .add("embedding", new Embedding(vocabulary, dim, new Uniform(-0.25, 0.25)))
        .add(new Dropout(embeddingDropout))
        .add(new Permute(List.of(0, 2, 1)))
        .add("windows", new Parallel(branches.toArray(Layer[]::new)))
        .add(new Dropout(dropout))
        .add("fc", new Dense(classes));
  }

  private Layer branch(int width) {
    return Sequential.of(
        new Conv1d(filters, width).padding(width - 1), new Relu(), new GlobalMaxPool1d());
  }
}
