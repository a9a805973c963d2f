package dev.merapi.train.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.RandomStream;
import dev.merapi.train.data.TensorDataset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationsTest {
  private static final Shape SQUARE = Shape.of(1, 3, 3);
  private static final int[] ONE_TO_NINE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  static List<Augmentation> identities() {
    return List.of(
        new Shift(0),
        new Crop(0),
        new Scale(1, 1),
        new Rotate(0),
        new Affine(0, 0, 0),
        new ResizedCrop(1, 1, 1),
        new Flip(0, 0),
        new ColorJitter(0, 0, 0, 0),
        new Noise(0),
        new Blur(2, 0.1, 2, 0),
        new Sharpen(1, 1),
        new Sharpen(2, 0),
        new Elastic(0, 4));
  }

  @ParameterizedTest
  @MethodSource("identities")
  void withoutStrengthEveryBitStays(Augmentation identity) {
    Shape shape = Shape.of(3, 5, 7);
    int[] levels = Images.random(shape, 1);
    for (int sample = 0; sample < 5; sample++) {
      assertThat(Images.apply(identity, shape, levels, sample)).isEqualTo(levels);
    }
  }

  @Test
  void aTranslationMovesPixels() {
    Image image = Images.of(SQUARE, ONE_TO_NINE);
    image.translate(1, 0, Padding.ZERO);
    assertThat(Images.levels(image)).containsExactly(0, 1, 2, 0, 4, 5, 0, 7, 8);
    image = Images.of(SQUARE, ONE_TO_NINE);
    image.translate(-1, 2, Padding.ZERO);
    assertThat(Images.levels(image)).containsExactly(0, 0, 0, 0, 0, 0, 2, 3, 0);
    image = Images.of(SQUARE, ONE_TO_NINE);
    image.translate(2, -1, Padding.EDGE);
    assertThat(Images.levels(image)).containsExactly(4, 4, 4, 7, 7, 7, 7, 7, 7);
    image = Images.of(SQUARE, ONE_TO_NINE);
    image.translate(1, 1, Padding.REFLECT);
    assertThat(Images.levels(image)).containsExactly(5, 4, 5, 2, 1, 2, 5, 4, 5);
    image = Images.of(SQUARE, ONE_TO_NINE);
    image.translate(-5, 0, Padding.ZERO);
    assertThat(Images.levels(image)).containsOnly(0);
  }

  /** Each of the nine moves is as likely as the others. */
  @Test
  void shiftsAreAllMovesUpToTheFarthest() {
    Set<List<Integer>> found = new HashSet<>();
    int[] spot = {0, 0, 0, 0, 255, 0, 0, 0, 0};
    int[] counts = new int[9];
    for (int sample = 0; sample < 9000; sample++) {
      int[] moved = Images.apply(new Shift(1), SQUARE, spot, sample);
      found.add(Arrays.stream(moved).boxed().toList());
      for (int i = 0; i < 9; i++) {
        counts[i] += moved[i] == 255 ? 1 : 0;
      }
    }
    assertThat(found).hasSize(9);
    // 1000 each, give or take four standard deviations of sqrt(9000 / 9 * 8 / 9)
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(880, 1120));
  }

  @Test
  void cropsAreWindowsOfThePaddedImage() {
    int[] spot = {0, 0, 0, 0, 255, 0, 0, 0, 0};
    Set<Integer> places = new HashSet<>();
    for (int sample = 0; sample < 200; sample++) {
      int[] cropped = Images.apply(new Crop(1), SQUARE, spot, sample);
      for (int i = 0; i < 9; i++) {
        if (cropped[i] == 255) {
          places.add(i);
        }
      }
    }
    assertThat(places).hasSize(9);
  }

  @Test
  void flipsMirror() {
    Shape shape = Shape.of(2, 2, 3);
    int[] levels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    assertThat(Images.apply(new Flip(1, 0), shape, levels, 0))
        .containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10);
    assertThat(Images.apply(new Flip(0, 1), shape, levels, 0))
        .containsExactly(4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9);
    int mirrored = 0;
    for (int sample = 0; sample < 10000; sample++) {
      mirrored += Images.apply(new Flip(), shape, levels, sample)[0] == 3 ? 1 : 0;
    }
    assertThat(mirrored).isBetween(4800, 5200);
  }

  @Test
  void aQuarterTurnMovesPixelsExactly() {
    Image image = Images.of(SQUARE, ONE_TO_NINE);
    double quarter = Math.PI / 2;
    image.resample(StrictMath.cos(quarter), StrictMath.sin(quarter), 0, 0, Padding.ZERO);
    // counter-clockwise: what was on the right is above
    assertThat(Images.levels(image)).containsExactly(3, 6, 9, 2, 5, 8, 1, 4, 7);
    image = Images.of(Shape.of(1, 2, 2), 1, 2, 3, 4);
    image.resample(StrictMath.cos(Math.PI), StrictMath.sin(Math.PI), 0, 0, Padding.ZERO);
    assertThat(Images.levels(image)).containsExactly(4, 3, 2, 1);
  }

  @Test
  void movesByHalvesAreMeans() {
    Image image = Images.of(Shape.of(1, 1, 4), 0, 100, 200, 50);
    image.resample(1, 0, -0.5, 0, Padding.ZERO);
    assertThat(Images.levels(image)).containsExactly(50, 150, 125, 25);
    image = Images.of(Shape.of(1, 1, 4), 0, 100, 200, 50);
    image.resample(1, 0, -0.5, 0, Padding.EDGE);
    assertThat(Images.levels(image)).containsExactly(50, 150, 125, 50);
  }

  /** Twice as large about the middle: places -0.75, -0.25, 0.25, 0.75 from it. */
  @Test
  void scalesAboutTheMiddle() {
    int[] scaled = Images.apply(new Scale(2, 2), Shape.of(1, 1, 4), new int[] {0, 40, 80, 120}, 0);
    assertThat(scaled).containsExactly(30, 50, 70, 90);
  }

  @Test
  void theShareOfAResizedCropIsScaledUp() {
    int[] ramp = new int[16];
    Arrays.setAll(ramp, i -> 10 * (i % 4));
    int[] cropped = Images.apply(new ResizedCrop(0.25, 0.25, 1), Shape.of(1, 4, 4), ramp, 3);
    // half as wide, so half as steep; the first row is all others
    assertThat(cropped[2] - cropped[1]).isEqualTo(5);
    assertThat(Arrays.copyOfRange(cropped, 12, 16)).isEqualTo(Arrays.copyOf(cropped, 4));
  }

  @Test
  void brightnessAndContrast() {
    Shape shape = Shape.of(1, 1, 4);
    Set<Integer> firsts = new HashSet<>();
    for (int sample = 0; sample < 300; sample++) {
      int[] bright =
          Images.apply(new ColorJitter(0.5, 0, 0, 0), shape, new int[] {100, 40, 0, 20}, sample);
      firsts.add(bright[0]);
      assertThat((double) bright[1]).isCloseTo(0.4 * bright[0], within(1.0));
      // contrast keeps the mean, here 40
      int[] contrast =
          Images.apply(new ColorJitter(0, 0.5, 0, 0), shape, new int[] {60, 20, 40, 40}, sample);
      assertThat(contrast[0] + contrast[1]).isBetween(79, 81);
      assertThat(contrast[2]).isEqualTo(40);
      assertThat(contrast[0]).isBetween(50, 70);
    }
    assertThat(firsts).hasSizeGreaterThan(80).allMatch(v -> v >= 50 && v <= 150);
    assertThat(firsts).anyMatch(v -> v < 55).anyMatch(v -> v > 145);
  }

  @Test
  void saturationKeepsTheGrey() {
    Shape shape = Shape.of(3, 1, 1);
    double grey = 0.299 * 120 + 0.587 * 80 + 0.114 * 60;
    for (int sample = 0; sample < 50; sample++) {
      int[] jittered =
          Images.apply(new ColorJitter(0, 0, 0.9, 0), shape, new int[] {120, 80, 60}, sample);
      assertThat(0.299 * jittered[0] + 0.587 * jittered[1] + 0.114 * jittered[2])
          .isCloseTo(grey, within(0.6));
    }
  }

  /** A turn by a third makes red of green: H is +-1/3 at the ends of the range. */
  @Test
  void huesTurn() {
    Shape shape = Shape.of(3, 1, 1);
    for (int sample = 0; sample < 100; sample++) {
      int[] turned =
          Images.apply(new ColorJitter(0, 0, 0, 0.5), shape, new int[] {200, 50, 50}, sample);
      int[] sorted = turned.clone();
      Arrays.sort(sorted);
      // the largest and the smallest component stay
      assertThat(sorted[0]).isEqualTo(50);
      assertThat(sorted[2]).isEqualTo(200);
    }
  }

  @Test
  void greyImagesHaveNoColours() {
    int[] levels = {10, 20, 30, 40, 50, 60, 70, 80, 90};
    assertThat(Images.apply(new ColorJitter(0, 0, 0.9, 0.5), SQUARE, levels, 4)).isEqualTo(levels);
  }

  @Test
  void noiseHasItsStandardDeviation() {
    Shape shape = Shape.of(1, 100, 100);
    int[] grey = new int[10000];
    Arrays.fill(grey, 128);
    int[] noisy = Images.apply(new Noise(0.1), shape, grey, 0);
    double mean = Arrays.stream(noisy).average().orElseThrow();
    double square =
        Arrays.stream(noisy).mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertThat(mean).isCloseTo(128, within(1.1));
    assertThat(Math.sqrt(square)).isCloseTo(25.5, within(0.8));
  }

  /** A spot becomes the kernel: weights exp(-i^2/2) of sigma 1, for i in -2..2, squared. */
  @Test
  void aBlurredSpotIsTheKernel() {
    Image image = new Image(Shape.of(1, 7, 7));
    image.pixels()[24] = 1000;
    image.blur(2, 1);
    // e^0, e^-1/2, e^-2 over their sum 1 + 2 * 0.60653066 + 2 * 0.13533528 = 2.48373188
    double[] weights = {0.4026199469, 0.2442013420, 0.0544886845};
    assertThat(image.pixels()[24]).isCloseTo((float) (1000 * 0.16210282163), within(1e-3f));
    for (int y = -2; y <= 2; y++) {
      for (int x = -2; x <= 2; x++) {
        double expected = 1000 * weights[Math.abs(y)] * weights[Math.abs(x)];
        assertThat(image.pixels()[24 + 7 * y + x]).isCloseTo((float) expected, within(1e-3f));
      }
    }
    assertThat(image.pixels()[0]).isZero();
  }

  /** smooth = (8 * 13 + 5 * 26) / 13 = 18; 2 * 26 - 18 = 34. */
  @Test
  void sharpeningGoesAwayFromTheMean() {
    int[] levels = {13, 13, 13, 13, 26, 13, 13, 13, 13};
    assertThat(Images.apply(new Sharpen(2, 1), SQUARE, levels, 0))
        .containsExactly(13, 13, 13, 13, 34, 13, 13, 13, 13);
    assertThat(Images.apply(new Sharpen(0, 1), SQUARE, levels, 0)[4]).isEqualTo(18);
  }

  /**
   * Smoothed uniform numbers of [-a, a] have the standard deviation a / sqrt(3) / (2 sigma
   * sqrt(pi)) in two dimensions, 1.384 for Simard's values; a ramp shows the moves.
   */
  @Test
  void elasticMovesHaveTheirSize() {
    Shape shape = Shape.of(1, 120, 120);
    Image image = new Image(shape);
    for (int i = 0; i < image.plane(); i++) {
      image.pixels()[i] = i % 120;
    }
    new Elastic(34, 4, Padding.EDGE).apply(image, new RandomStream(1, "test", 0));
    double sum = 0;
    int count = 0;
    for (int y = 0; y < 120; y++) {
      for (int x = 10; x < 110; x++) {
        double moved = image.pixels()[120 * y + x] - x;
        sum += moved * moved;
        count++;
      }
    }
    assertThat(Math.sqrt(sum / count)).isCloseTo(1.384, within(0.2));
  }

  /**
   * Colours on the line (r, g, b) = (100, 100, 100) + t (2, 1, 0): one component, (2, 1, 0) /
   * sqrt(5), with the eigenvalue 5 var(t) / 255^2.
   */
  @Test
  void pcaNoiseFollowsTheColoursOfTheTrainingSet() {
    byte[] bytes = new byte[3 * 21];
    for (int i = 0; i < 21; i++) {
      bytes[i] = (byte) (100 + 2 * (i - 10));
      bytes[21 + i] = (byte) (100 + (i - 10));
      bytes[42 + i] = 100;
    }
    Dataset line =
        new TensorDataset(
            "line",
            HostTensor.of(Shape.of(1, 3, 3, 7), bytes),
            HostTensor.of(Shape.of(1), new int[1]),
            2);
    // var(t) of -10..10 is (21^2 - 1) / 12
    double eigenvalue = 5 * 440 / 12.0 / (255 * 255);
    Augmentation noise = new PcaNoise(100).fit(line);
    double squares = 0;
    for (int sample = 0; sample < 2000; sample++) {
      Image image = new Image(Shape.of(3, 1, 1));
      RandomStream random = new RandomStream(5, "test", sample);
      image.apply(noise, random);
      float[] added = image.pixels();
      assertThat(added[0]).isCloseTo(2 * added[1], within(1e-3f));
      assertThat(added[2]).isCloseTo(0, within(1e-3f));
      squares += added[0] * added[0] + added[1] * added[1];
    }
    double expected = 255 * 100 * eigenvalue;
    assertThat(Math.sqrt(squares / 2000)).isCloseTo(expected, within(0.06 * expected));
    assertThatThrownBy(() -> new PcaNoise(1).apply(new Image(SQUARE), new RandomStream(1, "", 1)))
        .hasMessageContaining("fitted");
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThatThrownBy(() -> new Shift(-1)).hasMessage("pixels must be at least 0, found -1");
    assertThatThrownBy(() -> new Crop(-1)).hasMessageContaining("border");
    assertThatThrownBy(() -> new Scale(0, 1)).hasMessageContaining("min");
    assertThatThrownBy(() -> new Rotate(181)).hasMessageContaining("degrees");
    assertThatThrownBy(() -> new Affine(-1, 0, 0)).hasMessageContaining("shift");
    assertThatThrownBy(() -> new Affine(0, 1, 0)).hasMessageContaining("scale");
    assertThatThrownBy(() -> new Affine(0, 0, Double.NaN)).hasMessageContaining("degrees");
    assertThatThrownBy(() -> new ResizedCrop(0)).hasMessageContaining("minArea");
    assertThatThrownBy(() -> new ResizedCrop(0.5, 1, 0.5)).hasMessageContaining("maxAspect");
    assertThatThrownBy(() -> new Flip(1.5, 0)).hasMessageContaining("horizontal");
    assertThatThrownBy(() -> new Flip(1, -0.5)).hasMessageContaining("vertical");
    assertThatThrownBy(() -> new ColorJitter(-1, 0, 0, 0)).hasMessageContaining("brightness");
    assertThatThrownBy(() -> new ColorJitter(0, 0, 0, 0.6))
        .hasMessage("hue must be from 0 to 0.5, found 0.6");
    assertThatThrownBy(() -> new PcaNoise(-1)).hasMessageContaining("std");
    assertThatThrownBy(() -> new Noise(-1)).hasMessageContaining("std");
    assertThatThrownBy(() -> new Blur(0, 1, 1, 1)).hasMessageContaining("radius");
    assertThatThrownBy(() -> new Blur(1, 2, 1, 1)).hasMessageContaining("minSigma");
    assertThatThrownBy(() -> new Sharpen(-1, 1)).hasMessageContaining("factor");
    assertThatThrownBy(() -> new Elastic(1, 0)).hasMessageContaining("sigma");
    assertThatThrownBy(() -> new Elastic(-1, 1)).hasMessageContaining("alpha");
  }
}
