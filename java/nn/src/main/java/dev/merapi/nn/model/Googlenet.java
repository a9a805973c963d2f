package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.HeNormal;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.AvgPool2d;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.GlobalAvgPool2d;
import dev.merapi.nn.layer.LocalResponseNorm;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Parallel;
import dev.merapi.nn.layer.Relu;
import java.util.List;

/**
 * GoogLeNet: nine inception blocks of filters of 1x1, 3x3 and 5x5 side by side, and two auxiliary
 * heads; 13,378,280 parameters for 3x224x224 and 1000 classes, 6,998,552 of them without the heads.
 * Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, table 1.
 *
 * <p>Outputs: {@code main}, and while training {@code aux1} and {@code aux2}, whose losses the
 * paper weighs with 0.3 by a {@code weightedSum}. It is the paper's network: filters of 5x5,
 * biases, local response normalization; PyTorch's torchvision has 3x3 in their place and batch
 * normalization. Max poolings have a margin where the paper rounds sizes up, which gives its 56,
 * 28, 14 and 7 too. Weights begin as in He et al., ICCV 2015.
 *
 * @param inputShape the shape of one image [C, H, W] of at least 65x65, below which the heads'
 *     pooling has nothing left
 * @param classes the number of logits
 * @param dropout the rate before the logits
 * @param auxiliaryDropout the rate before the logits of the auxiliary heads
 */
public record Googlenet(
    @Default("[3, 224, 224]") Shape inputShape,
    @Default("1000") int classes,
    @Default("0.4") double dropout,
    @Default("0.7") double auxiliaryDropout)
    implements Model, MultiLayer {
  private static final int SMALLEST = 65;

  public Googlenet {
    Images.requireAtLeast(SMALLEST, inputShape);
  }

  /** For ImageNet, with dropout. */
  public Googlenet() {
    this(Shape.of(3, 224, 224), 1000, 0.4, 0.7);
  }

  public Googlenet inputShape(Shape inputShape) {
    return new Googlenet(inputShape, classes, dropout, auxiliaryDropout);
  }

  public Googlenet classes(int classes) {
    return new Googlenet(inputShape, classes, dropout, auxiliaryDropout);
  }

  public Googlenet dropout(double dropout) {
    return new Googlenet(inputShape, classes, dropout, auxiliaryDropout);
  }

  public Googlenet auxiliaryDropout(double auxiliaryDropout) {
    return new Googlenet(inputShape, classes, dropout, auxiliaryDropout);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    Value first = trunk().build(net, inputs.get(0));
    Value second = middle().build(net, first);
    // The heads are built in inference, too, so that the model always has the same weights.
    Value firstHead = net.apply("aux1", head(), first);
    Value secondHead = net.apply("aux2", head(), second);
    Outputs outputs = Outputs.of("main", top().build(net, second));
    return net.training() ? outputs.and("aux1", firstHead).and("aux2", secondHead) : outputs;
  }

  private static Sequential trunk() {
    Layer normalization = new LocalResponseNorm(5).alpha(5e-4).k(1);
    return Sequential.of(convolution(64, 7).stride(2), new Relu(), pool(), normalization)
        .add(convolution(64, 1))
        .add(new Relu())
        .add(convolution(192, 3))
        .add(new Relu())
        .add(normalization)
        .add(pool())
        .add("inception3a", inception(64, 96, 128, 16, 32, 32))
        .add("inception3b", inception(128, 128, 192, 32, 96, 64))
        .add(pool())
        .add("inception4a", inception(192, 96, 208, 16, 48, 64));
  }

  private static Sequential middle() {
    return Sequential.of()
        .add("inception4b", inception(160, 112, 224, 24, 64, 64))
        .add("inception4c", inception(128, 128, 256, 24, 64, 64))
        .add("inception4d", inception(112, 144, 288, 32, 64, 64));
  }

  private Sequential top() {
    return Sequential.of()
        .add("inception4e", inception(256, 160, 320, 32, 128, 128))
        .add("pool4", pool())
        .add("inception5a", inception(256, 160, 320, 32, 128, 128))
        .add("inception5b", inception(384, 192, 384, 48, 128, 128))
        .add("pool5", new GlobalAvgPool2d())
        .add(new Dropout(dropout))
        .add("fc", dense(classes));
  }

  private Layer head() {
    return Sequential.of(new AvgPool2d(5).stride(3), convolution(128, 1), new Relu())
        .add(new Flatten())
        .add("fc1", dense(1024))
        .add(new Relu())
        .add(new Dropout(auxiliaryDropout))
        .add("fc2", dense(classes));
  }

  /** The columns of the paper's table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj. */
  private static Layer inception(
      int one, int reduceThree, int three, int reduceFive, int five, int pooled) {
    return new Parallel(
        Sequential.of(convolution(one, 1), new Relu()),
        Sequential.of(convolution(reduceThree, 1), new Relu(), convolution(three, 3), new Relu()),
        Sequential.of(convolution(reduceFive, 1), new Relu(), convolution(five, 5), new Relu()),
        Sequential.of(new MaxPool2d(3).stride(1).padding(1), convolution(pooled, 1), new Relu()));
  }

  private static MaxPool2d pool() {
    return new MaxPool2d(3).stride(2).padding(1);
  }

  private static Conv2d convolution(int channels, int kernel) {
    return new Conv2d(channels, kernel)
        .padding(kernel / 2)
        .weightInit(new HeNormal())
        .biasInit(new Zeros());
  }

  private static Dense dense(int units) {
    return new Dense(units).weightInit(new HeNormal()).biasInit(new Zeros());
  }
}
