package dev.merapi.nn.model;

import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;

/** A small network from images to features, for models that go on with another kind of layer. */
final class ImageFeatures {
  /** As job files write it. */
  static final String LAYERS =
      "[{conv2d: {outChannels: 16, kernel: 3}}, batchNorm, relu, {maxPool2d: {kernel: 2}},"
          + " {conv2d: {outChannels: 32, kernel: 3}}, batchNorm, relu, {maxPool2d: {kernel: 2}},"
          + " flatten, {dense: {units: 128}}, relu]";

  private ImageFeatures() {}

  /** The same. */
  static Layer layers() {
    return Sequential.of(new Conv2d(16, 3), new BatchNorm(), new Relu(), new MaxPool2d(2))
        .add(new Conv2d(32, 3))
        .add(new BatchNorm())
        .add(new Relu())
        .add(new MaxPool2d(2))
        .add(new Flatten())
        .add(new Dense(128))
        .add(new Relu());
  }
}
