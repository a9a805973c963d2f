package dev.merapi.bench.kernel;

import java.util.ArrayList;
import java.util.List;

/** A computation whose shapes come from a workload of {@code merapi bench}. */
sealed interface KernelCase {
  /** The workload, the layer and the direction. */
  String name();

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
    public double operations() {
      return 2.0 * batch * in * out;
    }
  }

  /** All of them. The first layer of a network needs no gradient of its input. */
  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    addMlpAndLenet5(cases);
    addVggSmall(cases);
    addAlexnet(cases);
    for (Direction direction : Direction.values()) {
      cases.add(new Dense("charlstm dense", direction, 64 * 32, 256, 65));
    }
    return cases;
  }

  private static void addMlpAndLenet5(List<KernelCase> cases) {
    for (Direction direction : Direction.values()) {
      if (direction != Direction.GRAD_INPUT) {
        cases.add(new Dense("mlp dense1", direction, 128, 784, 512));
        cases.add(new Convolution("lenet5 conv1", direction, 64, 1, 28, 6, 5, 1, 2));
      }
      cases.add(new Dense("mlp dense2", direction, 128, 512, 256));
      cases.add(new Dense("mlp dense3", direction, 128, 256, 10));
      cases.add(new Convolution("lenet5 conv2", direction, 64, 6, 14, 16, 5, 1, 0));
      cases.add(new Dense("lenet5 dense1", direction, 64, 400, 120));
      cases.add(new Dense("lenet5 dense2", direction, 64, 120, 84));
      cases.add(new Dense("lenet5 dense3", direction, 64, 84, 10));
    }
  }

  private static void addVggSmall(List<KernelCase> cases) {
    for (Direction direction : Direction.values()) {
      int channels = 3;
      int size = 32;
      int layer = 1;
      for (int width : new int[] {64, 128, 256}) {
        for (int in : new int[] {channels, width}) {
          String name = "vgg-small conv" + layer++;
          if (in != 3 || direction != Direction.GRAD_INPUT) {
            cases.add(new Convolution(name, direction, 32, in, size, width, 3, 1, 1));
          }
        }
        channels = width;
        size /= 2;
      }
      cases.add(new Dense("vgg-small dense1", direction, 32, 4096, 512));
    }
  }

  private static void addAlexnet(List<KernelCase> cases) {
    for (Direction direction : Direction.values()) {
      if (direction != Direction.GRAD_INPUT) {
        cases.add(new Convolution("alexnet conv1", direction, 8, 3, 224, 64, 11, 4, 2));
      }
      cases.add(new Convolution("alexnet conv2", direction, 8, 64, 27, 192, 5, 1, 2));
      cases.add(new Convolution("alexnet conv3", direction, 8, 192, 13, 384, 3, 1, 1));
      cases.add(new Convolution("alexnet conv4", direction, 8, 384, 13, 256, 3, 1, 1));
      cases.add(new Convolution("alexnet conv5", direction, 8, 256, 13, 256, 3, 1, 1));
      cases.add(new Dense("alexnet dense1", direction, 8, 9216, 4096));
      cases.add(new Dense("alexnet dense2", direction, 8, 4096, 4096));
      cases.add(new Dense("alexnet dense3", direction, 8, 4096, 1000));
    }
  }
}
