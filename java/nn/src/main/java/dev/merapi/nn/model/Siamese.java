package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import java.util.List;

/**
 * A Siamese network: one tower f, whose variables both inputs share, embeds the two samples of a
 * pair; the output {@code distance} [N] is how far apart they are.
 *
 * <pre>
 * distance = sqrt(sum_i (f(a)_i - f(b)_i)^2 + 1e-12)
 * </pre>
 *
 * <p>The small number keeps the gradient of a pair of equal samples finite. The variables' names
 * begin with {@code tower}. Source: Bromley, Guyon, LeCun, Saeckinger and Shah, "Signature
 * Verification using a 'Siamese' Time Delay Neural Network", NIPS 1993; the tower that is there by
 * default is LeNet-5's with ReLU and an embedding of 16 numbers.
 *
 * @param inputShape the shape of one sample
 * @param tower maps samples to embeddings [N, D]
 */
public record Siamese(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default(
            "[{conv2d: {outChannels: 16, kernel: 5}}, relu, {maxPool2d: {kernel: 2}},"
                + " {conv2d: {outChannels: 32, kernel: 5}}, relu, {maxPool2d: {kernel: 2}},"
                + " flatten, {dense: {units: 128}}, relu, {dense: {units: 16}}]")
        Layer tower)
    implements EmbeddingModel, MultiLayer {
  private static final String TOWER = "tower";

  /** For images of 1x28x28. */
  public Siamese() {
    this(
        Shape.of(1, 28, 28),
        Sequential.of(new Conv2d(16, 5), new Relu(), new MaxPool2d(2))
            .add(new Conv2d(32, 5))
            .add(new Relu())
            .add(new MaxPool2d(2))
            .add(new Flatten())
            .add(new Dense(128))
            .add(new Relu())
            .add(new Dense(16)));
  }

  public Siamese inputShape(Shape inputShape) {
    return new Siamese(inputShape, tower);
  }

  public Siamese tower(Layer tower) {
    return new Siamese(inputShape, tower);
  }

  @Override
  public List<Shape> inputShapes() {
    return List.of(inputShape, inputShape);
  }

  @Override
  public Model embedding() {
    return Model.of("embedding", inputShape, (net, x) -> embed(net, x));
  }

  private Value embed(Net net, Value x) {
    Value embedding = net.apply(TOWER, tower, x);
    GraphException.check(
        embedding.shape().rank() == 2,
        "siamese: expected a tower that gives embeddings [N, D], found %s",
        embedding.shape());
    return embedding;
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 2, "siamese: expected two inputs, found %d", inputs.size());
    Value difference = Ops.sub(embed(net, inputs.get(0)), embed(net, inputs.get(1)));
    Value square = Ops.sum(Ops.square(difference), 1);
    return Outputs.of("distance", Ops.sqrt(Ops.add(square, 1e-12)));
  }
}
