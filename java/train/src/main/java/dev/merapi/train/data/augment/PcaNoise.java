package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;

/**
 * Changes the colour and strength of the light as AlexNet's training did: adds to every pixel the
 * same multiples of the principal components of the colours of the training set,
 *
 * <pre>out = in + [p1 ... pC] [a1 l1, ..., aC lC]^T,   ai ~ N(0, std^2)</pre>
 *
 * with the eigenvectors pi and eigenvalues li of the covariance matrix of the channels over all
 * pixels of the training set, levels counted from 0 to 1; the ai are drawn once for each image.
 *
 * <p>Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
 * neural networks", NIPS 2012, section 4.1.
 *
 * @param std standard deviation of the multiples
 */
public record PcaNoise(@Default("0.1") double std) implements ImageAugmentation {
  private static final float MAX = 255;

  public PcaNoise {
    if (!(std >= 0 && std < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("std must be at least 0, found " + std);
    }
  }

  @Override
  public Augmentation fit(Dataset train) {
    return new Fitted(std, PrincipalColors.of(train));
  }

  @Override
  public void apply(Image image, RandomStream random) {
    throw new IllegalStateException("pcaNoise: expected to be fitted to training data first");
  }

  private record Fitted(double std, PrincipalColors colors) implements ImageAugmentation {
    @Override
    public void apply(Image image, RandomStream random) {
      float[] pixels = image.pixels();
      int plane = image.plane();
      for (int component = 0; component < image.channels(); component++) {
        double multiple = std * random.normal() * colors.eigenvalue(component);
        for (int channel = 0; channel < image.channels(); channel++) {
          float added = (float) (MAX * multiple * colors.eigenvector(component, channel));
          for (int i = channel * plane; i < (channel + 1) * plane; i++) {
            pixels[i] += added;
          }
        }
      }
    }
  }
}
