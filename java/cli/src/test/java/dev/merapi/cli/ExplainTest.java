package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.explain.picture.Text;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
  @TempDir private Path folder;

  private JsonNode ok(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Cli.Result result = Cli.in(folder).run(all.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    return result.json();
  }

  private void fails(int code, String message, String... arguments) {
    Cli.Result result = Cli.in(folder).run(arguments);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(code);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  @Test
  void aModelOfImages() throws IOException {
    Files.writeString(
        folder.resolve("job.yaml"),
        """
        model: [{conv2d: {outChannels: 4, kernel: 5}}, relu, {maxPool2d: {kernel: 4}}, flatten,
                {dense: {units: 16}}, relu, {dense: {units: 10}}]
        data:
          train: {dataset: {synthetic-digits: {train: 320, test: 60}}}
          test: {dataset: {synthetic-digits: {train: 320, test: 60}}}
        epochs: 1
        """);
    ok("train", "job.yaml", "--out", "run");
    JsonNode found = ok("explain", "job.yaml", "--from", "run", "--out", "seen", "--samples", "40");

    assertThat(found.get("samples").asInt()).isEqualTo(40);
    assertThat(found.get("layers").findValuesAsText("name"))
        .containsExactly("conv1", "relu1", "pool1", "flatten1", "dense1", "relu2", "dense2");
    assertThat(found.get("layers").get(1).get("units").asInt()).isEqualTo(4);
    assertThat(found.get("layers").get(5).get("units").asInt()).isEqualTo(16);
    assertThat(found.get("layers").get(0).get("gradient_norm").asDouble()).isPositive();
    assertThat(found.get("parameters")).hasSize(6);
    assertThat(found.get("warnings")).isEmpty();
    List<String> pictures = texts(found.get("pictures"));
    assertThat(pictures)
        .contains("filters.png", "activations-conv1.png", "saliency.png", "confusion-matrix.png");
    if (Text.problem().isEmpty()) {
      assertThat(pictures).contains("learning-curves.png", "pca.png", "tsne.png").hasSize(7);
      assertThat(found.get("left_out")).isEmpty();
    }
    for (String picture : pictures) {
      BufferedImage image = ImageIO.read(folder.resolve("seen").resolve(picture).toFile());
      assertThat(image.getWidth()).as(picture).isGreaterThan(100);
    }
    assertThat(Files.readString(folder.resolve("seen/report.txt")))
        .contains("dense2", "conv1.weight", "Gradients: ", "saliency.png");
    JsonNode written = new ObjectMapper().readTree(folder.resolve("seen/report.json").toFile());
    assertThat(written).isEqualTo(found);
  }

  @Test
  void aModelOfNumbersHasAReportAndTheReasonsWhyPicturesAreLeftOut() throws IOException {
    ok("train", "xor", "--epochs", "2");
    JsonNode found = ok("explain", "xor", "--out", "seen");
    assertThat(found.get("left_out").has("filters, activation maps, saliency")).isTrue();
    assertThat(found.get("layers").findValuesAsText("name")).contains("fc1", "fc2");
    assertThat(Files.readString(folder.resolve("seen/report.txt")))
        .contains("left out: filters, activation maps, saliency (the data are no images");
    fails(
        2,
        "does not fit the job: the weights are not those of the model",
        "explain",
        "xor",
        "--set",
        "model.mlp.hidden=[3]",
        "--out",
        "other");
    fails(2, "expected a model", "explain", "xor", "--set", "model=", "--out", "other");
    Files.writeString(folder.resolve("file"), "");
    fails(1, "file", "explain", "xor", "--out", "file");
  }

  @Test
  void errors() {
    fails(2, "no finished run under", "explain", "xor", "--out", "seen");
    fails(2, "--out", "explain", "xor");
    fails(2, "no weights.safetensors in", "explain", "xor", "--from", "nowhere", "--out", "seen");
    fails(2, "--samples must be at least 1", "explain", "xor", "--out", "seen", "--samples", "0");
  }

  @Test
  void theDemonstrationOfVanishingGradients() throws IOException {
    JsonNode found = ok("explain", "vanishing-gradients", "--out", "seen");
    assertThat(found.get("curves")).hasSize(6);
    assertThat(found.get("curves").get(0).get("ratio").asDouble()).isLessThan(1e-8);
    assertThat(found.get("curves").get(3).get("ratio").asDouble()).isGreaterThan(0.1);
    assertThat(Files.exists(folder.resolve("seen/vanishing-gradients.png")))
        .isEqualTo(Text.problem().isEmpty());
  }
}
