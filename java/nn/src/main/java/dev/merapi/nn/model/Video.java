package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.TimeDistributed;
import java.util.List;

/**
 * Classifies videos: a convolutional network {@code frame}, the same for all frames, makes features
 * of each, an LSTM {@code lstm} reads these in their order, and a dense layer {@code fc} makes
 * logits of its last state.
 *
 * <p>x [N, T, C, H, W]; output [N, classes]. Source: Donahue et al., "Long-term Recurrent
 * Convolutional Networks for Visual Recognition and Description", CVPR 2015, which averages over
 * all states instead.
 *
 * @param inputShape the shape of a video [T, C, H, W]
 * @param classes the number of classes
 * @param frame makes features [M, F] of M images
 * @param hidden features of the LSTM's state
 */
public record Video(
    @Default("[8, 1, 24, 24]") Shape inputShape,
    @Default("4") int classes,
    @Default(
            "[{conv2d: {outChannels: 8, kernel: 5}}, relu, {maxPool2d: {kernel: 2}},"
                + " {conv2d: {outChannels: 16, kernel: 3}}, relu, {maxPool2d: {kernel: 2}},"
                + " flatten, {dense: {units: 48}}, relu]")
        Layer frame,
    @Default("48") int hidden)
    implements Model {
  public Video {
    GraphException.check(
        inputShape.rank() == 4, "inputShape must be [T, C, H, W], found %s", inputShape);
  }

  /** For eight frames of 1x24x24 and 4 classes. */
  public Video() {
    this(
        Shape.of(8, 1, 24, 24),
        4,
        Sequential.of(new Conv2d(8, 5), new Relu(), new MaxPool2d(2))
            .add(new Conv2d(16, 3))
            .add(new Relu())
            .add(new MaxPool2d(2))
            .add(new Flatten())
            .add(new Dense(48))
            .add(new Relu()),
        48);
  }

  public Video inputShape(Shape inputShape) {
    return new Video(inputShape, classes, frame, hidden);
  }

  public Video classes(int classes) {
    return new Video(inputShape, classes, frame, hidden);
  }

  public Video frame(Layer frame) {
    return new Video(inputShape, classes, frame, hidden);
  }

  public Video hidden(int hidden) {
    return new Video(inputShape, classes, frame, hidden);
  }

  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() == 5, "video: expected frames [N, T, C, H, W], found %s", shape);
    Value features = net.apply("frame", new TimeDistributed(frame), x);
    GraphException.check(
        features.shape().rank() == 3,
        "video: expected a frame to give features [M, F], found %s of all frames",
        features.shape());
    Value timeMajor = Ops.transpose(features, 1, 0, 2);
    Value state = net.apply("lstm", new Lstm(hidden), List.of(timeMajor)).get("h");
    return net.apply("fc", new Dense(classes), Ops.reshape(state, shape.dim(0), hidden));
  }
}
