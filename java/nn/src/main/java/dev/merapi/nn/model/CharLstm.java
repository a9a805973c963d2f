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
import dev.merapi.nn.layer.Lstm;

/**
 * A recurrent network that foretells a text character by character: one-hot characters, stacked
 * LSTM layers {@code lstm}, and a dense layer {@code fc} that gives logits of the next character at
 * every place; 873,793 parameters for 65 characters, two layers of 256.
 *
 * <p>x I32 [N, T], characters by number; output [N, T, classes]. Source: Karpathy, "The
 * unreasonable effectiveness of recurrent neural networks", 2015.
 *
 * @param inputShape the length of a sequence [T]
 * @param classes the number of characters
 * @param hidden features of each LSTM layer
 * @param layers LSTM layers
 * @param carryState whether a batch continues the last one; see {@link Lstm}
 */
public record CharLstm(
    @Default("[64]") Shape inputShape,
    @Default("65") int classes,
    @Default("256") int hidden,
    @Default("2") int layers,
    @Default("false") boolean carryState)
    implements Model {
  /** Two layers of 256 for sequences of 64 out of 65 characters, each beginning with zeros. */
  public CharLstm() {
    this(Shape.of(64), 65, 256, 2, false);
  }

  public CharLstm inputShape(Shape inputShape) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState);
  }

  public CharLstm classes(int classes) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState);
  }

  public CharLstm hidden(int hidden) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState);
  }

  public CharLstm layers(int layers) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState);
  }

  public CharLstm carryState(boolean carryState) {
    return new CharLstm(inputShape, classes, hidden, layers, carryState);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.dtype() == DType.I32 && x.shape().rank() == 2,
        "charLstm: expected characters I32 [N, T], found %s",
        x.type());
    Value timeMajor = Ops.oneHot(Ops.transpose(x, 1, 0), classes, net.dtype());
    Lstm lstm = new Lstm(hidden).layers(layers).carryState(carryState);
    Value logits = net.apply("fc", new Dense(classes), net.apply("lstm", lstm, timeMajor));
    return Ops.transpose(logits, 1, 0, 2);
  }
}
