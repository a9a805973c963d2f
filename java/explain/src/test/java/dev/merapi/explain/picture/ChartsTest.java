package dev.merapi.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.explain.VanishingGradients;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
  @TempDir private Path folder;

  @BeforeAll
  static void headless() {
    System.setProperty("java.awt.headless", "true");
  }

  @BeforeEach
  void fonts() {
    assumeTrue(Text.problem().isEmpty(), () -> Text.problem().orElseThrow());
  }

  /** What is read back from the file: of this size and not of one colour. */
  private BufferedImage written(Picture picture, int width, int height) throws IOException {
    Path file = folder.resolve("picture.png");
    picture.write(file);
    BufferedImage found = ImageIO.read(file.toFile());
    assertThat(found.getWidth()).isEqualTo(width);
    assertThat(found.getHeight()).isEqualTo(height);
    return found;
  }

  private static Set<Integer> colors(BufferedImage image) {
    Set<Integer> colors = new HashSet<>();
    for (int i = 0; i < image.getWidth() * image.getHeight(); i++) {
      colors.add(image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xFFFFFF);
    }
    return colors;
  }

  @Test
  void learningCurvesHaveAPanelForLossesAndOneForEachOtherMetric() throws IOException {
    Map<String, double[]> metrics = new LinkedHashMap<>();
    metrics.put("epoch", new double[] {1, 2, 3});
    metrics.put("step", new double[] {10, 20, 30});
    metrics.put("train_loss", new double[] {1, 0.5, 0.2});
    metrics.put("gradient_norm", new double[] {1, 2, 3});
    metrics.put("samples_per_s", new double[] {100, 200, 300});
    metrics.put("validation_loss", new double[] {1, 0.6, Double.NaN});
    metrics.put("validation_accuracy", new double[] {0.5, 0.6, 0.7});
    BufferedImage drawn = written(Charts.learningCurves(metrics), 640, 3 * 260);
    assertThat(colors(drawn)).contains(0x4E79A7, 0xF28E2B, 0xFFFFFF);
  }

  @Test
  void aTrainingOfOneEpochIsAPoint() throws IOException {
    Map<String, double[]> metrics =
        Map.of("epoch", new double[] {1}, "train_loss", new double[] {0.3});
    assertThat(colors(written(Charts.learningCurves(metrics), 640, 260))).contains(0x4E79A7);
  }

  @Test
  void classesHaveTheirColours() throws IOException {
    double[][] points = {{0, 0}, {1, 1}, {2, 0}, {-1, -3}};
    BufferedImage drawn =
        written(
            Charts.scatter(
                "title", "", "", points, new int[] {0, 1, 1, 3}, List.of("a", "b", "c", "d")),
            640,
            520);
    assertThat(colors(drawn)).contains(0x4E79A7, 0xF28E2B, 0x76B7B2).doesNotContain(0xE15759);
  }

  @Test
  void gradientsOfSeveralNetworks() throws IOException {
    List<VanishingGradients.Curve> curves = new ArrayList<>();
    curves.add(new VanishingGradients.Curve("a", new double[] {1e-30, 1e-15, 1}));
    curves.add(new VanishingGradients.Curve("b", new double[] {0, 0, 1}));
    Picture image = Charts.vanishingGradients(new VanishingGradients(curves));
    assertThat(colors(written(image, 640, 420))).contains(0x4E79A7);
  }

  /** Three classes; the cells on the diagonal are dark, those without a sample are white. */
  @Test
  void aConfusionMatrix() throws IOException {
    HostTensor counts = HostTensor.of(Shape.of(3, 3), 9, 0, 0, 0, 7, 0, 5, 0, 5);
    Picture drawn = ConfusionPicture.of(counts, List.of("one", "two", "three"));
    written(drawn, drawn.image().getWidth(), drawn.image().getHeight());
    assertThat(colors(drawn.image())).contains(0x08306B, 0xFFFFFF);
    HostTensor many = HostTensor.of(Shape.of(100, 100), new int[10_000]);
    written(ConfusionPicture.of(many, List.of()), 12 + 600 + 12, 12 + 600 + 12);
  }
}
