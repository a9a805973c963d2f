package dev.merapi.train.data.augment;

import dev.merapi.train.data.RandomStream;

/** A random change of images, inputs U8 [C, H, W]. */
public non-sealed interface ImageAugmentation extends Augmentation {
  /** Changes an image in its size. */
  void apply(Image image, RandomStream random);
}
