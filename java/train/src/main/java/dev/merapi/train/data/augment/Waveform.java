package dev.merapi.train.data.augment;

import dev.merapi.train.data.RandomStream;
import java.nio.ByteBuffer;

/** A sound that is being augmented: the samples of one or several channels. */
public final class Waveform extends Canvas {
  private final int channels;
  private final int length;
  private final float[] samples;

  /**
   * Silence.
   *
   * @param length samples of each channel
   */
  public Waveform(int channels, int length) {
    this.channels = channels;
    this.length = length;
    this.samples = new float[channels * length];
  }

  public int channels() {
    return channels;
  }

  /** Samples of each channel. */
  public int length() {
    return length;
  }

  /** The samples, channel by channel. */
  public float[] samples() {
    return samples;
  }

  @Override
  boolean takes(Augmentation augmentation) {
    return augmentation instanceof WaveformAugmentation;
  }

  @Override
  void apply(Augmentation augmentation, RandomStream random) {
    ((WaveformAugmentation) augmentation).apply(this, random);
  }

  @Override
  void read(ByteBuffer from, int index) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] = from.getFloat(index + Float.BYTES * i);
    }
  }

  @Override
  void write(ByteBuffer to, int index) {
    for (int i = 0; i < samples.length; i++) {
      to.putFloat(index + Float.BYTES * i, samples[i]);
    }
  }
}
