package dev.merapi.train.data.augment;

import dev.merapi.nn.Default;
import dev.merapi.train.data.RandomStream;

/**
 * Cuts a random part out of an image and scales it to the image's size, by bilinear interpolation.
 *
 * <p>The part's share of the area is uniform in [minArea, maxArea], its aspect ratio relative to
 * the image's log-uniform in [1 / maxAspect, maxAspect], and its place uniform where it fits; sides
 * that are too long are cut. Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015,
 * section 6; torchvision's {@code RandomResizedCrop}.
 *
 * @param minArea smallest share of the area, in (0, 1]
 * @param maxArea largest share of the area, in [minArea, 1]
 * @param maxAspect how much wider or higher than the image the part may be, at least 1
 */
public record ResizedCrop(
    @Default("0.08") double minArea,
    @Default("1") double maxArea,
    @Default("1.3333333333333333") double maxAspect)
    implements ImageAugmentation {
  public ResizedCrop {
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1)) {
      throw new IllegalArgumentException(
          "minArea must be above 0 and at most maxArea, which is at most 1, found "
              + minArea
              + " and "
              + maxArea);
    }
    if (!(maxAspect >= 1 && maxAspect < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("maxAspect must be at least 1, found " + maxAspect);
    }
  }

  /** With sides whose ratio changes by a third at most. */
  public ResizedCrop(double minArea) {
    this(minArea, 1, 4 / 3.0);
  }

  @Override
  public void apply(Image image, RandomStream random) {
    double area = random.uniform(minArea, maxArea);
    double log = StrictMath.log(maxAspect);
    double aspect = StrictMath.exp(random.uniform(-log, log));
    double width = Math.min(1, Math.sqrt(area * aspect));
    double height = Math.min(1, Math.sqrt(area / aspect));
    double left = random.uniform(0, 1 - width) * image.width();
    double top = random.uniform(0, 1 - height) * image.height();
    float[] sourceX = image.sourceX();
    float[] sourceY = image.sourceY();
    for (int y = 0, i = 0; y < image.height(); y++) {
      float row = (float) (top + (y + 0.5) * height - 0.5);
      for (int x = 0; x < image.width(); x++, i++) {
        sourceX[i] = (float) (left + (x + 0.5) * width - 0.5);
        sourceY[i] = row;
      }
    }
    image.resample(Padding.EDGE);
  }
}
