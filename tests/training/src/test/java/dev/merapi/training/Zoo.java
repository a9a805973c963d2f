package dev.merapi.training;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Model;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.loss.Term;
import dev.merapi.nn.loss.WeightedSum;
import dev.merapi.nn.model.Alexnet;
import dev.merapi.nn.model.Alexnet2012;
import dev.merapi.nn.model.Googlenet;
import dev.merapi.nn.model.Lenet1998;
import dev.merapi.nn.model.Plain18;
import dev.merapi.nn.model.Plain34;
import dev.merapi.nn.model.Resnet18;
import dev.merapi.nn.model.Resnet34;
import dev.merapi.nn.model.Resnet50;
import dev.merapi.nn.model.VggA;
import dev.merapi.nn.model.VggALrn;
import dev.merapi.nn.model.VggB;
import dev.merapi.nn.model.VggC;
import dev.merapi.nn.model.VggD;
import dev.merapi.nn.model.VggE;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A network of the zoo and how it learns a few made-up images by heart.
 *
 * @param small for images as small as it takes, without dropout
 * @param full with the defaults
 * @param classes of the full one
 */
record Zoo(String name, Model small, Model full, int classes) {
  private static final int FEW = 4;

  /** VGG needs as much; residual networks end in maps of 1x1. */
  private static final Shape SMALL = Shape.of(3, 32, 32);

  static final List<Zoo> ALL =
      List.of(
          new Zoo(
              "lenet5-1998",
              new Lenet1998().inputShape(Shape.of(1, 28, 28)).classes(FEW),
              new Lenet1998(),
              10),
          zoo(
              "alexnet",
              new Alexnet().inputShape(Shape.of(3, 63, 63)).classes(FEW).dropout(0),
              new Alexnet()),
          zoo(
              "alexnet-2012",
              new Alexnet2012().inputShape(Shape.of(3, 127, 127)).classes(FEW).dropout(0),
              new Alexnet2012()),
          zoo("vgg-a", new VggA().inputShape(SMALL).classes(FEW).dropout(0), new VggA()),
          zoo("vgg-a-lrn", new VggALrn().inputShape(SMALL).classes(FEW).dropout(0), new VggALrn()),
          zoo("vgg-b", new VggB().inputShape(SMALL).classes(FEW).dropout(0), new VggB()),
          zoo("vgg-c", new VggC().inputShape(SMALL).classes(FEW).dropout(0), new VggC()),
          zoo("vgg-d", new VggD().inputShape(SMALL).classes(FEW).dropout(0), new VggD()),
          zoo("vgg-e", new VggE().inputShape(SMALL).classes(FEW).dropout(0), new VggE()),
          zoo(
              "googlenet",
              new Googlenet()
                  .inputShape(Shape.of(3, 65, 65))
                  .classes(FEW)
                  .dropout(0)
                  .auxiliaryDropout(0),
              new Googlenet()),
          zoo("resnet-18", new Resnet18().inputShape(SMALL).classes(FEW), new Resnet18()),
          zoo("resnet-34", new Resnet34().inputShape(SMALL).classes(FEW), new Resnet34()),
          zoo("resnet-50", new Resnet50().inputShape(SMALL).classes(FEW), new Resnet50()),
          zoo("plain-18", new Plain18().inputShape(SMALL).classes(FEW), new Plain18()),
          zoo("plain-34", new Plain34().inputShape(SMALL).classes(FEW), new Plain34()));

  private static Zoo zoo(String name, Model small, Model full) {
    return new Zoo(name, small, full, 1000);
  }

  /** The heads of GoogLeNet count less, as in the paper. */
  private Loss loss() {
    Loss loss = new SoftmaxCrossEntropy();
    return small instanceof Googlenet
        ? new WeightedSum(
            new Term(loss).output("main"),
            new Term(loss).output("aux1").weight(0.3),
            new Term(loss).output("aux2").weight(0.3))
        : loss;
  }

  /**
   * Images of patches of one colour each, the n-th of class n. AlexNet took pixels of 0 to 255 less
   * their mean, and begins with weights for these.
   */
  private static Batch images(Model model, int size, int classes) {
    double deviation = model instanceof Alexnet2012 ? 60 : 1;
    Shape shape = Shape.of(size).concat(model.inputShape());
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F32, shape));
    int width = shape.dim(3);
    int plane = shape.dim(2) * width;
    double[] colours = new SplittableRandom(3).doubles(size * shape.dim(1) * 16L, -2, 2).toArray();
    for (int i = 0; i < inputs.elements(); i++) {
      int row = i % plane / width * 4 / shape.dim(2);
      int column = i % width * 4 / width;
      inputs.set(i, deviation * colours[i / plane * 16 + row * 4 + column]);
    }
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      labels.set(i, i % classes);
    }
    return new Batch(inputs, labels);
  }

  /** A training of the small or the full model on a batch. */
  private Trainer trainer(
      Backend backend, Model model, Batch batch, int classes, Optimizer optimizer) {
    HostTensor images = batch.inputs();
    TrainingConfig config =
        TrainingConfig.of(name, model, loss(), optimizer).batch(images.shape().dim(0));
    return new Trainer(
        backend, config, new TensorDataset("images", images, batch.targets(), classes));
  }

  /** A training of the small model. */
  Trainer small(Backend backend, Batch batch, Optimizer optimizer) {
    return trainer(backend, small, batch, FEW, optimizer);
  }

  /** A training of the full model. */
  Trainer full(Backend backend, Batch batch) {
    return trainer(backend, full, batch, classes, new Sgd(0.01).momentum(0.9));
  }

  Batch smallImages(int size) {
    return images(small, size, FEW);
  }

  Batch fullImages(int size) {
    return images(full, size, classes);
  }

  /** Whether it has batch normalization, for which two images are too few. */
  boolean normalizesBatches() {
    return name.startsWith("resnet") || name.startsWith("plain");
  }

  /** Whether it learns its images within seconds; the others are tested among the slow tests. */
  boolean quick() {
    return List.of("lenet5-1998", "vgg-a-lrn", "googlenet", "resnet-18", "plain-18").contains(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
