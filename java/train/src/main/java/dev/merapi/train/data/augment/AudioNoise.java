package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Adds white noise to a waveform: out[t] = in[t] + s z[t] with z[t] ~ N(0, 1), s^2 = mean(in^2) /
 * 10^(r / 10), and a signal-to-noise ratio of r decibels that is drawn for each waveform, uniform
 * from min to max. Silence stays silent.
 *
 * <p>Source: Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995; the
 * ratio's range as in the library audiomentations, {@code AddGaussianSNR}.
 *
 * @param min the smallest ratio, in dB: the loudest noise
 * @param max the largest ratio, in dB
 */
public record AudioNoise(@Default("5") double min, @Default("40") double max)
    implements WaveformAugmentation {
  private static final double LN_10 = StrictMath.log(10);

  public AudioNoise {
    if (!(min <= max && Double.isFinite(min) && Double.isFinite(max))) {
      throw new IllegalArgumentException(
          "min and max must be decibels with min <= max, found " + min + " and " + max);
    }
  }

  /** From 5 to 40 dB. */
  public AudioNoise() {
    this(5, 40);
  }

  @Override
  public void apply(Waveform waveform, RandomStream random) {
    float[] samples = waveform.samples();
    double squares = 0;
    for (float sample : samples) {
      squares += (double) sample * sample;
    }
    // StrictMath.pow would allocate.
    double quieter = StrictMath.exp(-LN_10 * random.uniform(min, max) / 20);
    double deviation = Math.sqrt(squares / samples.length) * quieter;
    for (int i = 0; i < samples.length; i++) {
      samples[i] += (float) (deviation * random.normal());
    }
  }
}
