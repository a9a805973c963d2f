package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Lstm;

/**
 * A recurrent network that foretells a text character by character: one-hot characters, stacked
 * LSTM layers {@code lstm}, and a dense layer {@code fc} that gives logits of the next character at
 * every place; 873,793 parameters for 65 characters, two layers of 256.
 *
 * <p>x I32 [N, T], characters by number; output [N, T, classes]. Source: Karpathy, "The
 * unreasonable effectiveness of recurrent neural networks", 2015.
 *
 * <p>With dropout, which follows each LSTM layer and is not between the steps of one, the layers
 * are {@code lstm1}, {@code lstm2}, ...: Zaremba, Sutskever and Vinyals, "Recurrent neural network
 * regularization", 2014.
 *
 * @param inputShape the length of a sequence [T]
 * @param classes the number of characters
 * @param hidden features of each LSTM layer
 * @param layers LSTM layers
 * @param carryState whether a batch continues the last one; see {@link Lstm}
 * @param dropout dropout rate of what each LSTM layer gives
 */
public record CharLstm(
    @Default("[64]") Shape inputShape,
    @Default("65") int classes,
    @Default("256") int hidden,
    @Default("2") int layers,
    @Default("false") boolean carryState,
    @Default("0") double dropout)
    implements Model {
  /** Two layers of 256 for sequences of 64 out of 65 characters, each beginning with zeros. */
  public CharLstm() {
    this(Shape.of(64), 65, 256, 2, false);
  }

  /** Without dropout. */
  public CharLstm(Shape inputShape, int classes, int hidden, int layers, boolean carryState) {
    this(inputShape, classes, hidden, layers, carryState, 0);
  }

  public CharLstm inputShape(Shape inputShape) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState, dropout);
  }

  public CharLstm classes(int classes) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState, dropout);
  }

  public CharLstm hidden(int hidden) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState, dropout);
  }

  public CharLstm layers(int layers) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState, dropout);
  }

  public CharLstm carryState(boolean carryState) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState, dropout);
  }

  public CharLstm dropout(double dropout) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState, dropout);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.dtype() == DType.I32 && x.shape().rank() == 2,
        "charLstm: expected characters I32 [N, T], found %s",
        x.type());
    Value timeMajor = Ops.oneHot(Ops.transpose(x, 1, 0), classes, net.dtype());
    Value logits = net.apply("fc", new Dense(classes), recurrent(net, timeMajor));
    return Ops.transpose(logits, 1, 0, 2);
  }

  /** One op for all layers, unless dropout stands between them. */
  private Value recurrent(Net net, Value x) {
    Lstm lstm = new Lstm(hidden).carryState(carryState);
    if (dropout == 0) {
      return net.apply("lstm", lstm.layers(layers), x);
    }
    Value y = x;
    for (int layer = 1; layer <= layers; layer++) {
      y = net.apply("lstm" + layer, lstm, y);
      y = net.apply("dropout" + layer, new Dropout(dropout), y);
    }
    return y;
  }
}
