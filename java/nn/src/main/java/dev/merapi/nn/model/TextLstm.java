package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Lstm;
import java.util.List;

/**
 * A recurrent network over sentences: an embedding of the words, an LSTM {@code lstm}, the maximum
 * of each of its features over the sentence, and a dense layer {@code fc} that gives the logits;
 * 1,346,818 parameters with the defaults.
 *
 * <p>x I32 [N, T], words by number, 0 behind a sentence's end; output [N, classes]. The LSTM stops
 * at the end, and its other direction begins there; a sentence without words counts as one of one
 * word. Source: Conneau, Kiela, Schwenk, Barrault and Bordes, "Supervised learning of universal
 * sentence representations from natural language inference data", EMNLP 2017, their BiLSTM with max
 * pooling.
 *
 * @param inputShape the length of a sequence [T]
 * @param classes the number of logits
 * @param vocabulary how many numbers words have
 * @param dim features of a word
 * @param hidden features of the LSTM, of each direction
 * @param bidirectional whether the LSTM runs in both directions
 * @param embeddingDropout dropout rate of the words' features
 * @param dropout dropout rate of the sentence's features
 */
public record TextLstm(
    @Default("[50]") Shape inputShape,
    @Default("2") int classes,
    @Default("20000") int vocabulary,
    @Default("64") int dim,
    @Default("64") int hidden,
    @Default("true") boolean bidirectional,
    @Default("0") double embeddingDropout,
    @Default("0.5") double dropout)
    implements Model {
  /** For sentences of 50 words and two classes. */
  public TextLstm() {
    this(Shape.of(50), 2, 20_000, 64, 64, true, 0, 0.5);
  }

  public TextLstm inputShape(Shape inputShape) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm classes(int classes) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm vocabulary(int vocabulary) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm dim(int dim) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm hidden(int hidden) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm bidirectional(boolean bidirectional) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm embeddingDropout(double embeddingDropout) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  public TextLstm dropout(double dropout) {
    return new TextLstm(
        inputShape, classes, vocabulary, dim, hidden, bidirectional, embeddingDropout, dropout);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.dtype() == DType.I32 && x.shape().rank() == 2,
        "textLstm: expected words I32 [N, T], found %s",
        x.type());
    Value words = net.apply("embedding", new Embedding(vocabulary, dim, new Normal(0, 0.1)), x);
    words = net.apply("dropout1", new Dropout(embeddingDropout), words);
    Lstm lstm = new Lstm(hidden).bidirectional(bidirectional);
    Value lengths = WordInputs.lengths(x, net.dtype());
    Value timeMajor = Ops.transpose(words, 1, 0, 2);
    Value states = net.apply("lstm", lstm, List.of(timeMajor, lengths)).first();
    Value sentence = maximum(states, lengths, net.dtype());
    sentence = net.apply("dropout2", new Dropout(dropout), sentence);
    return net.apply("fc", new Dense(classes), sentence);
  }

  /** The maxima [N, features] of states [T, N, features] over the words that there are. */
  private static Value maximum(Value states, Value lengths, DType dtype) {
    int length = states.shape().dim(0);
    Value mask = Ops.transpose(Ops.lengthMask(lengths, length, dtype), 1, 0);
    Value hidden = Ops.reshape(mask, length, states.shape().dim(1), 1);
    return Ops.reduceMax(Ops.add(states, hidden), 0);
  }
}
