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
import dev.merapi.nn.layer.Crf;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Lstm;
import java.util.ArrayList;
import java.util.List;

/**
 * A tagger of sentences: an embedding of the words, a bidirectional LSTM {@code lstm}, a dense
 * layer {@code fc} that scores the tags of each word, and a conditional random field {@code crf}
 * that scores their order.
 *
 * <p>words I32 [N, T], padded behind a sentence's end, and lengths I32 [N], without which all words
 * count. Output {@code scores}: [N, T, classes + 2, classes] of the layer {@link Crf}, for the loss
 * {@link dev.merapi.nn.loss.Crf} and {@link dev.merapi.nn.loss.Viterbi}; without a CRF, logits [N,
 * T, classes]. Source: Huang, Xu and Yu, "Bidirectional LSTM-CRF models for sequence tagging",
 * 2015; Lample et al., "Neural architectures for named entity recognition", NAACL 2016.
 *
 * @param inputShape the length of the longest sentence [T]
 * @param classes the number of tags
 * @param vocabulary how many numbers words have
 * @param dim features of a word
 * @param hidden features of the LSTM, of each direction
 * @param layers LSTM layers
 * @param dropout dropout rate of the words' features and of the LSTM's
 * @param crf whether the order of the tags is scored, too
 */
public record BilstmCrf(
    @Default("[16]") Shape inputShape,
    @Default("9") int classes,
    @Default("1000") int vocabulary,
    @Default("16") int dim,
    @Default("16") int hidden,
    @Default("1") int layers,
    @Default("0") double dropout,
    @Default("true") boolean crf)
    implements Model, MultiLayer {
  /** For sentences of 16 words out of 1,000 and 9 tags. */
  public BilstmCrf() {
    this(Shape.of(16), 9, 1000, 16, 16, 1, 0, true);
  }

  public BilstmCrf inputShape(Shape inputShape) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf classes(int classes) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf vocabulary(int vocabulary) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf dim(int dim) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf hidden(int hidden) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf layers(int layers) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf dropout(double dropout) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  public BilstmCrf crf(boolean crf) {
    return new BilstmCrf(inputShape, classes, vocabulary, dim, hidden, layers, dropout, crf);
  }

  @Override
  public List<Shape> inputShapes() {
    return List.of(inputShape, Shape.of());
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    Value words = inputs.get(0);
    GraphException.check(
        inputs.size() <= 2 && words.dtype() == DType.I32 && words.shape().rank() == 2,
        "bilstmCrf: expected words I32 [N, T] and perhaps lengths I32 [N], found %s",
        inputs.stream().map(Value::type).toList());
    Value x = net.apply("embedding", new Embedding(vocabulary, dim), Ops.transpose(words, 1, 0));
    List<Value> sequence = new ArrayList<>(List.of(net.apply("dropout1", new Dropout(dropout), x)));
    sequence.addAll(inputs.subList(1, inputs.size()));
    Lstm lstm = new Lstm(hidden).layers(layers).bidirectional(true);
    Value states = net.apply("lstm", lstm, sequence).first();
    states = net.apply("dropout2", new Dropout(dropout), states);
    Value tags = Ops.transpose(net.apply("fc", new Dense(classes), states), 1, 0, 2);
    return Outputs.of("scores", crf ? net.apply("crf", new Crf(), tags) : tags);
  }
}
