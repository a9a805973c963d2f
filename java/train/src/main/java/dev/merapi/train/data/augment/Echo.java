package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Adds an echo to a waveform: out[t] = in[t] + g in[t - d], where in is 0 before its beginning; for
 * each waveform the delay d is drawn from 1 to delay samples and the gain g from 0 to gain, both
 * uniform.
 *
 * <p>Source: Schroeder, "Natural sounding artificial reverberation", Journal of the Audio
 * Engineering Society 10(3), 1962, without the feedback of his comb filter.
 *
 * @param delay the longest delay, in samples
 * @param gain the loudest echo, as a share of the sound
 */
public record Echo(@Default("4000") int delay, @Default("0.5") double gain)
    implements WaveformAugmentation {
  public Echo {
    if (delay < 1 || !(gain >= 0 && gain <= 1)) {
      throw new IllegalArgumentException(
          "delay must be at least 1 and gain from 0 to 1, found " + delay + " and " + gain);
    }
  }

  /** Up to 4,000 samples late and half as loud. */
  public Echo() {
    this(4000, 0.5);
  }

  @Override
  public void apply(Waveform waveform, RandomStream random) {
    int late = 1 + random.below(delay);
    float loud = (float) random.uniform(0, gain);
    float[] samples = waveform.samples();
    int length = waveform.length();
    for (int start = 0; start < samples.length; start += length) {
      // From the end, so that what is added has no echo yet.
      for (int t = length - 1; t >= late; t--) {
        samples[start + t] += loud * samples[start + t - late];
      }
    }
  }
}
