package dev.merapi.nn.model;

import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.HeNormal;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.GlobalAvgPool2d;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.Residual;

/**
 * What the networks of He, Zhang, Ren and Sun, CVPR 2016, share: a convolution of 7x7 and a
 * pooling, four stages of blocks {@code block1}, {@code block2}, ..., and the mean of each channel
 * before the logits.
 *
 * @param expansion how many times as many channels a block gives as it is wide: 4 for a bottleneck
 *     of 1x1, 3x3 and 1x1, 1 for two convolutions of 3x3
 * @param shortcuts whether the blocks learn what to add to their input; a plain network has none
 */
record ResidualStages(int expansion, boolean shortcuts) {
  private static final int FIRST = 64;

  Sequential layers(int classes, int... depths) {
    Sequential layers =
        Sequential.of(
            convolution(FIRST, 7, 2),
            new BatchNorm(),
            new Relu(),
            new MaxPool2d(3).stride(2).padding(1));
    int number = 0;
    for (int stage = 0; stage < depths.length; stage++) {
      int width = FIRST << stage;
      for (int i = 0; i < depths[stage]; i++) {
        boolean first = i == 0 && (stage > 0 || expansion > 1);
        layers = layers.add("block" + ++number, block(width, stage > 0 && i == 0 ? 2 : 1, first));
      }
    }
    return layers.add(new GlobalAvgPool2d()).add("fc", new Dense(classes));
  }

  /**
   * A block.
   *
   * @param reshapes whether it changes the number of channels or the size of the maps
   */
  private Layer block(int width, int stride, boolean reshapes) {
    Sequential body = expansion == 1 ? basic(width, stride) : bottleneck(width, stride);
    if (!shortcuts) {
      return body.add(new Relu());
    }
    Sequential projection =
        Sequential.of(convolution(width * expansion, 1, stride), new BatchNorm());
    return new Residual(body)
        .shortcut(reshapes ? projection : Sequential.of())
        .activation(new Relu());
  }

  private static Sequential basic(int width, int stride) {
    return Sequential.of(convolution(width, 3, stride), new BatchNorm(), new Relu())
        .add(convolution(width, 3, 1))
        .add(new BatchNorm());
  }

  private Sequential bottleneck(int width, int stride) {
    return Sequential.of(convolution(width, 1, 1), new BatchNorm(), new Relu())
        .add(convolution(width, 3, stride))
        .add(new BatchNorm())
        .add(new Relu())
        .add(convolution(width * expansion, 1, 1))
        .add(new BatchNorm());
  }

  private static Conv2d convolution(int channels, int kernel, int stride) {
    return new Conv2d(channels, kernel)
        .stride(stride)
        .padding(kernel / 2)
        .bias(false)
        .weightInit(new HeNormal());
  }
}
