package dev.merapi.train.data.augment;

import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;

/**
 * A random change of a training image, which leaves its size and its target as they are.
 *
 * <p>It is a record of options without state: several threads apply it at once, each to images and
 * with random numbers of its own.
 */
public interface Augmentation {
  /**
   * Changes an image. It allocates nothing, and whatever it draws comes from {@code random}, so
   * that equal numbers give equal bits.
   */
  void apply(Image image, RandomStream random);

  /**
   * The augmentation for some training data; itself unless it depends on them.
   *
   * @param train data whose inputs are U8 [C, H, W]
   */
  default Augmentation fit(Dataset train) {
    return this;
  }
}
