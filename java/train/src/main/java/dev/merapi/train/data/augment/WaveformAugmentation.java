package dev.merapi.train.data.augment;

import dev.merapi.train.data.RandomStream;

/** A random change of sound as samples of its waveform, inputs F32 [T] or [C, T]. */
public non-sealed interface WaveformAugmentation extends Augmentation {
  /** Changes a waveform in its length. */
  void apply(Waveform waveform, RandomStream random);
}
