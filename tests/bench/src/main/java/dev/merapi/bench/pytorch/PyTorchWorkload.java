package dev.merapi.bench.pytorch;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A workload of {@code merapi bench}, as a PyTorch user would write it.
 *
 * @param batch samples per step
 * @param inputs the shape of a batch
 * @param oneHot whether the inputs are one-hot rows instead of figures in [-1, 1)
 * @param labels how many a batch has
 * @param classes of the labels
 * @param learningRate of SGD with momentum 0.9
 * @param parameters trainable scalars
 * @param network makes it, with PyTorch's initial weights
 */
record PyTorchWorkload(
    int batch,
    long[] inputs,
    boolean oneHot,
    int labels,
    int classes,
    double learningRate,
    long parameters,
    Supplier<Network> network) {
  /** All workloads by name. */
  static final Map<String, PyTorchWorkload> ALL = new TreeMap<>();

  static {
    ALL.put("mlp", images(128, 10, 0.01, 535_818, PyTorchWorkload::mlp, 784));
    ALL.put("lenet5", images(64, 10, 0.01, 61_706, PyTorchWorkload::lenet5, 1, 28, 28));
    ALL.put("vgg-small", images(32, 10, 0.01, 3_248_202, PyTorchWorkload::vggSmall, 3, 32, 32));
    ALL.put("alexnet", images(8, 1000, 0.001, 61_100_840, PyTorchWorkload::alexnet, 3, 224, 224));
    ALL.put("charlstm", charLstm());
  }

  private static PyTorchWorkload images(
      int batch,
      int classes,
      double learningRate,
      long parameters,
      Supplier<Network> network,
      long... sample) {
    long[] inputs = new long[sample.length + 1];
    inputs[0] = batch;
    System.arraycopy(sample, 0, inputs, 1, sample.length);
    return new PyTorchWorkload(
        batch, inputs, false, batch, classes, learningRate, parameters, network);
  }

  private static Network mlp() {
    return new Network().linear(784, 512).relu().linear(512, 256).relu().linear(256, 10);
  }

  private static Network lenet5() {
    return new Network()
        .conv2d(1, 6, 5, 1, 2)
        .relu()
        .maxPool2d(2, 2)
        .conv2d(6, 16, 5, 1, 0)
        .relu()
        .maxPool2d(2, 2)
        .flatten(1, -1)
        .linear(400, 120)
        .relu()
        .linear(120, 84)
        .relu()
        .linear(84, 10);
  }

  private static Network vggSmall() {
    Network network = new Network();
    int channels = 3;
    for (int width : new int[] {64, 128, 256}) {
      network.conv2d(channels, width, 3, 1, 1).relu();
      network.conv2d(width, width, 3, 1, 1).relu().maxPool2d(2, 2);
      channels = width;
    }
    return network.flatten(1, -1).linear(256 * 4 * 4, 512).relu().linear(512, 10);
  }

  /** Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014. */
  private static Network alexnet() {
    return new Network()
        .conv2d(3, 64, 11, 4, 2)
        .relu()
        .maxPool2d(3, 2)
        .conv2d(64, 192, 5, 1, 2)
        .relu()
        .maxPool2d(3, 2)
        .conv2d(192, 384, 3, 1, 1)
        .relu()
        .conv2d(384, 256, 3, 1, 1)
        .relu()
        .conv2d(256, 256, 3, 1, 1)
        .relu()
        .maxPool2d(3, 2)
        .flatten(1, -1)
        .linear(256 * 6 * 6, 4096)
        .relu()
        .linear(4096, 4096)
        .relu()
        .linear(4096, 1000);
  }

  /** Two bias vectors in each LSTM layer; the one-hot rows are made before the first step. */
  private static PyTorchWorkload charLstm() {
    int steps = 64;
    int sequences = 32;
    int vocabulary = 65;
    int hidden = 256;
    return new PyTorchWorkload(
        sequences,
        new long[] {steps, sequences, vocabulary},
        true,
        steps * sequences,
        vocabulary,
        0.1,
        873_793,
        () -> new Network().lstm(vocabulary, hidden, 2).flatten(0, 1).linear(hidden, vocabulary));
  }

  /** A made-up batch. */
  Tensor data() {
    if (oneHot) {
      long[] rows = Arrays.copyOf(inputs, inputs.length - 1);
      return torch
          .one_hot(torch.randint(classes, rows).to(torch.ScalarType.Long), classes)
          .to(torch.ScalarType.Float);
    }
    return torch.rand(inputs).mul_(new Scalar(2.0)).sub_(new Scalar(1.0));
  }

  /** Made-up labels, one for each row of the network's output. */
  Tensor targets() {
    return torch.randint(classes, new long[] {labels}).to(torch.ScalarType.Long);
  }
}
