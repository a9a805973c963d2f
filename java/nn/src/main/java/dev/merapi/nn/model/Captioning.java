package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Lstm;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what an image shows: a convolutional network {@code image} makes features, which an LSTM
 * {@code decoder} sees beside each word that it has written, and goes on by another.
 *
 * <pre>
 * h_t, c_t = decoder([target(w_t), image(x)], h_{t-1}, c_{t-1}),  h_0 = c_0 = 0
 * logits_t = W_fc h_t + b_fc
 * </pre>
 *
 * <p>x [N, C, H, W] and w I32 [N, T], the words behind a begin token; output: logits [N, T,
 * classes] of the word that comes next at each place. Source: Donahue et al., "Long-term Recurrent
 * Convolutional Networks for Visual Recognition and Description", CVPR 2015. Where the image makes
 * the first state instead, or is a first word, the LSTM has to carry it past all words, which it
 * learns late or never.
 *
 * @param inputShape the shape of an image [C, H, W]
 * @param length words in a caption, the begin token included, T
 * @param classes how many words there are
 * @param image makes features [N, F] of images
 * @param wordDim the length of a word's vector
 * @param hidden features of the LSTM's state
 */
public record Captioning(
    @Default("[3, 32, 32]") Shape inputShape,
    @Default("11") int length,
    @Default("18") int classes,
    @Default(ImageFeatures.LAYERS) Layer image,
    @Default("32") int wordDim,
    @Default("128") int hidden)
    implements SequenceModel {
  /** For images of 3x32x32 and captions of up to 11 out of 18 words. */
  public Captioning() {
    this(Shape.of(3, 32, 32), 11, 18, ImageFeatures.layers(), 32, 128);
  }

  public Captioning inputShape(Shape inputShape) {
    return new Captioning(inputShape, length, classes, image, wordDim, hidden);
  }

  public Captioning length(int length) {
    return new Captioning(inputShape, length, classes, image, wordDim, hidden);
  }

  public Captioning classes(int classes) {
    return new Captioning(inputShape, length, classes, image, wordDim, hidden);
  }

  public Captioning image(Layer image) {
    return new Captioning(inputShape, length, classes, image, wordDim, hidden);
  }

  public Captioning wordDim(int wordDim) {
    return new Captioning(inputShape, length, classes, image, wordDim, hidden);
  }

  public Captioning hidden(int hidden) {
    return new Captioning(inputShape, length, classes, image, wordDim, hidden);
  }

  @Override
  public List<Shape> inputShapes() {
    return List.of(inputShape, Shape.of(length));
  }

  @Override
  public int vocabulary() {
    return classes;
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 2 && inputs.get(1).dtype() == DType.I32,
        "captioning: expected images and words I32 [N, T], found %s",
        inputs.stream().map(Value::type).toList());
    Encoded encoded = encode(net, inputs.subList(0, 1));
    Value words = Ops.transpose(inputs.get(1), 1, 0);
    return Outputs.of("logits", write(net, words, encoded.memory(), encoded.states()).first());
  }

  @Override
  public Encoded encode(Net net, List<Value> sources) {
    Value features = net.apply("image", image, sources.get(0));
    int batch = features.shape().dim(0);
    TensorType type = features.type().withShape(Shape.of(batch, 1, hidden));
    Value zero = Constant.of(features.graph(), type, 0);
    return new Encoded(List.of(features), List.of(zero, zero));
  }

  @Override
  public Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states) {
    int batch = tokens.shape().dim(0);
    Outputs written = write(net, Ops.reshape(tokens, 1, batch), memory, states);
    Value logits = Ops.reshape(written.first(), batch, classes);
    return Outputs.of("logits", logits).and("h", written.get("h")).and("c", written.get("c"));
  }

  /** Reads words I32 [T, N]; states are [N, 1, hidden], as samples come first in all of them. */
  private Outputs write(Net net, Value words, List<Value> memory, List<Value> states) {
    Value x = net.apply("target", new Embedding(classes, wordDim, LstmDecoder.EMBEDDING), words);
    Value image = memory.get(0);
    Shape everywhere = words.shape().concat(Shape.of(image.shape().dim(1)));
    List<Value> inputs = new ArrayList<>();
    inputs.add(Ops.concat(2, x, Ops.broadcast(image, everywhere)));
    states.forEach(state -> inputs.add(Ops.transpose(state, 1, 0, 2)));
    Outputs read = net.apply("decoder", new Lstm(hidden), inputs);
    Value y = Ops.transpose(read.first(), 1, 0, 2);
    return Outputs.of("logits", net.apply("fc", new Dense(classes), y))
        .and("h", Ops.transpose(read.get("h"), 1, 0, 2))
        .and("c", Ops.transpose(read.get("c"), 1, 0, 2));
  }
}
