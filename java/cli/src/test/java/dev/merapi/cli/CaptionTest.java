package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.ShapeDataset;
import dev.merapi.train.data.Shapes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built-in job of captions, with so few images that it soon knows them by heart. */
class CaptionTest {
  private static final int IMAGES = 8;
  private static final int SIDE = 32;

  @TempDir private Path folder;

  private final ShapeDataset data =
      new Shapes(IMAGES, 1, 1).open("train", DataDirectories.usual(null, Map.of()));

  private Cli.Result run(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "captioning"));
    all.addAll(List.of(more));
    all.addAll(List.of("--set", "data.train.dataset={shapes: {train: " + IMAGES + "}}"));
    all.addAll(List.of("--set", "data.batch=8", "--set", "checkpoint=null"));
    all.add("--json");
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  private String picture(int sample) throws IOException {
    List<HostTensor> inputs = data.inputTypes().stream().map(HostTensor::zeros).toList();
    HostTensor target = HostTensor.zeros(data.targetType());
    data.copy(sample, inputs.stream().map(HostTensor::bytes).toList(), List.of(target.bytes()));
    HostTensor pixels = inputs.get(0);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        rgb = rgb << 8 | (int) pixels.get(channel * SIDE * SIDE + i);
      }
      image.setRGB(i % SIDE, i / SIDE, rgb);
    }
    String name = sample + ".png";
    ImageIO.write(image, "png", folder.resolve(name).toFile());
    return name;
  }

  @Test
  void saysWhatImagesShow() throws IOException {
    Cli.Result trained =
        run("train", "--epochs", "100", "--set", "optimizer.adam.learningRate=0.01");
    assertThat(trained.code()).as(trained.err()).isZero();
    Cli.Result result = run("predict", picture(0), picture(1), picture(2), "--top", "2");
    assertThat(result.code()).as(result.err()).isZero();
    JsonNode predictions = result.json().get("predictions");
    assertThat(predictions).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode prediction = predictions.get(i);
      assertThat(prediction.get("input").asText()).isEqualTo(i + ".png");
      assertThat(prediction.get("text").asText()).isEqualTo(data.caption(i));
      double probability = prediction.get("probability").asDouble();
      assertThat(probability).isBetween(0.1, 1.0);
      assertThat(prediction.get("top")).hasSize(2);
      assertThat(prediction.get("top").get(1).get("probability").asDouble())
          .isBetween(0.0, Math.min(probability, 1 - probability));
    }
    Cli.Result other = run("predict", picture(0), "--set", "model.captioning.wordDim=9");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("--from does not fit the job").contains("target.weight");
  }
}
