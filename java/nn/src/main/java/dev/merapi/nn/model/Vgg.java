package dev.merapi.nn.model;

import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.HeNormal;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What the networks of Simonyan and Zisserman, ICLR 2015, share: five stages of convolutions that
 * end in a pooling, and three dense layers.
 *
 * <p>Convolutions begin as in He et al., ICCV 2015, so that the deep ones learn from scratch; the
 * paper began with the weights of network A. Dense layers begin as in the paper.
 *
 * @param stages the sizes of the stages' filters
 * @param afterFirst what follows the first convolution's ReLU
 */
record Vgg(List<List<Integer>> stages, Sequential afterFirst) {
  /** Below this there is nothing left for the fifth pooling. */
  static final int SMALLEST = 32;

  private static final int[] CHANNELS = {64, 128, 256, 512, 512};
  private static final int UNITS = 4096;

  /** Stages of filters of 3x3, as many in each as given. */
  static Vgg of(int... depths) {
    return new Vgg(
        Arrays.stream(depths).mapToObj(depth -> Collections.nCopies(depth, 3)).toList(),
        Sequential.of());
  }

  Sequential layers(int classes, double dropout) {
    Sequential layers = Sequential.of();
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int kernel : stages.get(stage)) {
        layers = layers.add(convolution(CHANNELS[stage], kernel)).add(new Relu());
        if (layers.children().size() == 2) {
          for (Sequential.Child child : afterFirst.children()) {
            layers = layers.add(child.layer());
          }
        }
      }
      layers = layers.add(new MaxPool2d(2));
    }
    return layers
        .add(new Flatten())
        .add("fc1", dense(UNITS))
        .add(new Relu())
        .add(new Dropout(dropout))
        .add("fc2", dense(UNITS))
        .add(new Relu())
        .add(new Dropout(dropout))
        .add("fc3", dense(classes));
  }

  private static Layer convolution(int channels, int kernel) {
    return new Conv2d(channels, kernel)
        .padding(kernel / 2)
        .weightInit(new HeNormal())
        .biasInit(new Zeros());
  }

  private static Layer dense(int units) {
    return new Dense(units).weightInit(new Normal(0, 0.01)).biasInit(new Zeros());
  }
}
