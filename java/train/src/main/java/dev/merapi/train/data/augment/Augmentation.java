package dev.merapi.train.data.augment;

import dev.merapi.train.data.Dataset;

/**
 * A random change of a training sample's inputs, which leaves their types and the targets as they
 * are.
 *
 * <p>It is a record of options without state: several threads apply it at once, each to samples and
 * with random numbers of its own. Applying it allocates nothing, and whatever it draws comes from a
 * {@link dev.merapi.train.data.RandomStream}, so that equal numbers give equal bits.
 */
public sealed interface Augmentation
    permits ImageAugmentation, TokenAugmentation, WaveformAugmentation {
  /**
   * The augmentation for some training data; itself unless it depends on them.
   *
   * @param train data whose inputs are of its kind
   * @throws dev.merapi.train.data.DataException when such data cannot be changed so
   */
  default Augmentation fit(Dataset train) {
    return this;
  }
}
