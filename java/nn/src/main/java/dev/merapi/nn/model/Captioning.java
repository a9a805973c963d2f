package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import java.util.List;

/**
 * Says what an image shows: a convolutional network {@code image} makes features, from which two
 * dense layers {@code h} and {@code c} make the first state of an LSTM {@code decoder}, which
 * writes word by word.
 *
 * <pre>
 * h_0 = tanh(W_h image(x) + b_h),  c_0 = tanh(W_c image(x) + b_c)
 * h_t, c_t = decoder(target(w_t), h_{t-1}, c_{t-1})
 * logits_t = W_fc h_t + b_fc
 * </pre>
 *
 * <p>x [N, C, H, W] and w I32 [N, T], the words behind a begin token; output: logits [N, T,
 * classes] of the word that comes next at each place. Source: Vinyals, Toshev, Bengio and Erhan,
 * "Show and Tell: A Neural Image Caption Generator", CVPR 2015, which shows the image to the LSTM
 * as its first word; the first state as in Xu et al., "Show, Attend and Tell", ICML 2015.
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
    return Outputs.of(
        "logits", decoder().all(net, inputs.get(1), encoded.memory(), encoded.states()));
  }

  /** One layer without attention. */
  private LstmDecoder decoder() {
    return new LstmDecoder(classes, wordDim, hidden, 1, null, 0);
  }

  @Override
  public Encoded encode(Net net, List<Value> sources) {
    Value features = net.apply("image", image, sources.get(0));
    return new Encoded(List.of(), List.of(state(net, "h", features), state(net, "c", features)));
  }

  /** [N, 1, hidden], for the one layer. */
  private Value state(Net net, String name, Value features) {
    Value state = net.apply(name, Sequential.of(new Dense(hidden), new Tanh()), features);
    return Ops.reshape(state, features.shape().dim(0), 1, hidden);
  }

  @Override
  public Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states) {
    return decoder().step(net, tokens, memory, states);
  }
}
