package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.L2Normalize;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;

/**
 * An embedding network for triplet losses: a tower f whose output is made 1 long, y = f(x) /
 * ||f(x)||, so that samples of one class come to lie near each other on a sphere; y [N, D].
 *
 * <p>It is learned by {@code tripletSemiHard}, which makes triplets of a batch by the labels. The
 * variables' names begin with {@code tower}. Source: Schroff, Kalenichenko and Philbin, "FaceNet: A
 * Unified Embedding for Face Recognition and Clustering", CVPR 2015; the tower that is there by
 * default is LeNet-5's with ReLU and an embedding of 32 numbers.
 *
 * @param inputShape the shape of one sample
 * @param tower maps samples to embeddings [N, D]
 */
public record Triplet(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default(
            "[{conv2d: {outChannels: 16, kernel: 5}}, relu, {maxPool2d: {kernel: 2}},"
                + " {conv2d: {outChannels: 32, kernel: 5}}, relu, {maxPool2d: {kernel: 2}},"
                + " flatten, {dense: {units: 128}}, relu, {dense: {units: 32}}]")
        Layer tower)
    implements EmbeddingModel {
  /** For images of 1x28x28. */
  public Triplet() {
    this(
        Shape.of(1, 28, 28),
        Sequential.of(new Conv2d(16, 5), new Relu(), new MaxPool2d(2))
            .add(new Conv2d(32, 5))
            .add(new Relu())
            .add(new MaxPool2d(2))
            .add(new Flatten())
            .add(new Dense(128))
            .add(new Relu())
            .add(new Dense(32)));
  }

  public Triplet inputShape(Shape inputShape) {
    return new Triplet(inputShape, tower);
  }

  public Triplet tower(Layer tower) {
    return new Triplet(inputShape, tower);
  }

  @Override
  public Model embedding() {
    return this;
  }

  @Override
  public Value build(Net net, Value x) {
    Value embedding = net.apply("tower", tower, x);
    GraphException.check(
        embedding.shape().rank() == 2,
        "triplet: expected a tower that gives embeddings [N, D], found %s",
        embedding.shape());
    return new L2Normalize().build(net, embedding);
  }
}
