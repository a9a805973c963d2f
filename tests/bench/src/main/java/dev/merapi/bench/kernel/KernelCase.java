package dev.merapi.bench.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A computation whose shapes come from a workload of {@code merapi bench}. */
sealed interface KernelCase {
  /** The workload, the layer and the direction. */
  String name();

  /** The same of another direction. */
  KernelCase direction(Direction direction);

  /** Multiplications and additions. */
  double operations();

  /** A convolution of square images with square windows, without bias. */
  record Convolution(
      String layer,
      Direction direction,
      int batch,
      int inChannels,
      int size,
      int outChannels,
      int kernel,
      int stride,
      int padding)
      implements KernelCase {

    /** The height and width of the output. */
    int outputSize() {
      return (size + 2 * padding - kernel) / stride + 1;
    }

    @Override
    public String name() {
      return layer + ", " + direction;
    }

    @Override
    public Convolution direction(Direction other) {
      return new Convolution(
          layer, other, batch, inChannels, size, outChannels, kernel, stride, padding);
    }

    @Override
    public double operations() {
      double outputs = (double) batch * outChannels * outputSize() * outputSize();
      return 2 * outputs * inChannels * kernel * kernel;
    }
  }

  /** A dense layer without bias; its weight is [out, in]. */
  record Dense(String layer, Direction direction, int batch, int in, int out)
      implements KernelCase {
    @Override
    public String name() {
      return layer + ", " + direction;
    }

    @Override
    public Dense direction(Direction other) {
      return new Dense(layer, other, batch, in, out);
    }

    @Override
    public double operations() {
      return 2.0 * batch * in * out;
    }
  }

  /** All of them, layer by layer. The first layer of a network needs no gradient of its input. */
  static List<KernelCase> all() {
    Direction forward = Direction.FORWARD;
    List<KernelCase> cases = new ArrayList<>();
    cases.addAll(first(new Dense("mlp dense1", forward, 128, 784, 512)));
    cases.addAll(layer(new Dense("mlp dense2", forward, 128, 512, 256)));
    cases.addAll(layer(new Dense("mlp dense3", forward, 128, 256, 10)));
    cases.addAll(first(new Convolution("lenet5 conv1", forward, 64, 1, 28, 6, 5, 1, 2)));
    cases.addAll(layer(new Convolution("lenet5 conv2", forward, 64, 6, 14, 16, 5, 1, 0)));
    cases.addAll(layer(new Dense("lenet5 dense1", forward, 64, 400, 120)));
    cases.addAll(layer(new Dense("lenet5 dense2", forward, 64, 120, 84)));
    cases.addAll(layer(new Dense("lenet5 dense3", forward, 64, 84, 10)));
    cases.addAll(first(new Convolution("vgg-small conv1", forward, 32, 3, 32, 64, 3, 1, 1)));
    cases.addAll(layer(new Convolution("vgg-small conv2", forward, 32, 64, 32, 64, 3, 1, 1)));
    cases.addAll(layer(new Convolution("vgg-small conv3", forward, 32, 64, 16, 128, 3, 1, 1)));
    cases.addAll(layer(new Convolution("vgg-small conv4", forward, 32, 128, 16, 128, 3, 1, 1)));
    cases.addAll(layer(new Convolution("vgg-small conv5", forward, 32, 128, 8, 256, 3, 1, 1)));
    cases.addAll(layer(new Convolution("vgg-small conv6", forward, 32, 256, 8, 256, 3, 1, 1)));
    cases.addAll(layer(new Dense("vgg-small dense1", forward, 32, 4096, 512)));
    cases.addAll(layer(new Dense("vgg-small dense2", forward, 32, 512, 10)));
    cases.addAll(first(new Convolution("alexnet conv1", forward, 8, 3, 224, 64, 11, 4, 2)));
    cases.addAll(layer(new Convolution("alexnet conv2", forward, 8, 64, 27, 192, 5, 1, 2)));
    cases.addAll(layer(new Convolution("alexnet conv3", forward, 8, 192, 13, 384, 3, 1, 1)));
    cases.addAll(layer(new Convolution("alexnet conv4", forward, 8, 384, 13, 256, 3, 1, 1)));
    cases.addAll(layer(new Convolution("alexnet conv5", forward, 8, 256, 13, 256, 3, 1, 1)));
    cases.addAll(layer(new Dense("alexnet dense1", forward, 8, 9216, 4096)));
    cases.addAll(layer(new Dense("alexnet dense2", forward, 8, 4096, 4096)));
    cases.addAll(layer(new Dense("alexnet dense3", forward, 8, 4096, 1000)));
    cases.addAll(layer(new Dense("charlstm dense", forward, 64 * 32, 256, 65)));
    return cases;
  }

  /** The cases of a network's first layer. */
  private static List<KernelCase> first(KernelCase forward) {
    return List.of(forward, forward.direction(Direction.GRAD_WEIGHT));
  }

  /** The cases of any other layer. */
  private static List<KernelCase> layer(KernelCase forward) {
    return Arrays.stream(Direction.values()).map(forward::direction).toList();
  }
}
