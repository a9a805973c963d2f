package dev.merapi.train.data.augment;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;
import dev.merapi.train.data.TensorDataset;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Images for tests. */
final class Images {
  private Images() {}

  /** An image of so many grey levels. */
  static Image of(Shape shape, int... levels) {
    ByteBuffer bytes = ByteBuffer.allocate(levels.length);
    for (int level : levels) {
      bytes.put((byte) level);
    }
    Image image = new Image(shape);
    image.read(bytes, 0);
    return image;
  }

  /** The levels as bytes from 0 to 255. */
  static int[] levels(Image image) {
    ByteBuffer bytes = ByteBuffer.allocate(image.pixels().length);
    image.write(bytes, 0);
    int[] levels = new int[bytes.capacity()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = bytes.get(i) & 0xFF;
    }
    return levels;
  }

  /** What an augmentation makes of an image with the numbers of a sample. */
  static int[] apply(Augmentation augmentation, Shape shape, int[] levels, int sample) {
    Image image = of(shape, levels);
    RandomStream random = new RandomStream(7, "test", 0);
    random.begin(1, sample);
    image.apply(augmentation, random);
    return levels(image);
  }

  /** Levels at random. */
  static int[] random(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.ints(shape.elements(), 0, 256).toArray();
  }

  /** A data set of random images. */
  static Dataset dataset(int size, Shape shape) {
    byte[] bytes = new byte[size * shape.elements()];
    int[] levels = random(Shape.of(bytes.length), 3);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return new TensorDataset(
        "random images",
        HostTensor.of(Shape.of(size).concat(shape), bytes),
        HostTensor.of(Shape.of(size), new int[size]),
        2);
  }
}
