package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on data of one's own: trained, evaluated, and asked by files like those. */
class OwnDataTest {
  @TempDir Path folder;

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void image(String file, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 96; i++) {
      image.setRGB(i % 12, i / 12, rgb);
    }
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    ImageIO.write(image, "png", path.toFile());
  }

  private Cli.Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--json", "--data", folder.toString()));
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  private String predicted(String job, String input) throws IOException {
    Cli.Result result = run("predict", job, input);
    assertThat(result.code()).as(result.err()).isZero();
    return result.json().get("predictions").get(0).get("class").asText();
  }

  private void train(String job) throws IOException {
    Cli.Result result = run("train", job);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.json().get("test_accuracy").asDouble()).isEqualTo(1);
  }

  @Test
  void foldersOfImages() throws IOException {
    for (int i = 0; i < 8; i++) {
      image("pictures/red/" + i + ".png", 0xFF0000 - 0x80000 * i);
      image("pictures/blue/" + i + ".png", 0x0000FF - 8 * i);
    }
    write(
        "job.yaml",
        """
        model: softmax-regression
        data:
          train: {dataset: {image-folder: {train: pictures, size: [3, 4, 4]}}}
          test: {dataset: {image-folder: {train: pictures, size: [3, 4, 4]}}, split: train}
          batch: 4
          augment: [flip, {crop: {border: 1}}, {colorJitter: {brightness: 0.1}}]
          normalize: standardize
        optimizer: {sgd: {learningRate: 0.1}}
        epochs: 5
        """);
    train("job.yaml");
    image("new.png", 0x1010F0);
    assertThat(predicted("job.yaml", "new.png")).isEqualTo("blue");
  }

  @Test
  void tablesWithColumnTypes() throws IOException {
    StringBuilder table = new StringBuilder("id,size,color,kind\n");
    for (int i = 0; i < 20; i++) {
      String size = i % 7 == 0 ? "" : Integer.toString(1000 + i);
      table.append("%d,%s,%s\n".formatted(i, size, i % 2 == 0 ? "red,apple" : "blue,plum"));
    }
    write("fruit.csv", table.toString());
    write(
        "job.yaml",
        """
        model: softmax-regression
        data:
          train: {dataset: {csv: {train: fruit.csv, categorical: [color], ignore: [id], missing: mean}}}
          test: {dataset: {csv: {train: fruit.csv, categorical: [color], ignore: [id], missing: mean}}, split: train}
          batch: 4
          normalize: minMax
        optimizer: {sgd: {learningRate: 0.5}}
        epochs: 10
        """);
    train("job.yaml");
    write("new.csv", "id,size,color\n99,?,blue\n");
    assertThat(predicted("job.yaml", "new.csv")).isEqualTo("plum");
  }

  @Test
  void foldersOfTexts() throws IOException {
    write("reviews/bad", "a dull film\nwhat a dull story\ndull and long\n");
    write("reviews/good", "a bright film\nwhat a bright story\nbright and short\n");
    write(
        "job.yaml",
        """
        model:
          - embedding: {vocabulary: 20, dim: 4}
          - flatten
          - dense: {units: 2}
        data:
          train: {dataset: {text-folder: {train: reviews, words: 20, length: 4}}}
          test: {dataset: {text-folder: {train: reviews, words: 20, length: 4}}, split: train}
          batch: 3
        optimizer: {sgd: {learningRate: 0.3}}
        epochs: 40
        """);
    train("job.yaml");
    assertThat(predicted("job.yaml", "A dull film.")).isEqualTo("bad");
    // words and classes were saved with the weights
    Files.delete(folder.resolve("reviews/bad"));
    Files.delete(folder.resolve("reviews/good"));
    assertThat(predicted("job.yaml", "bright and short")).isEqualTo("good");
  }

  @Test
  void columnsOfTextsWithNoise() throws IOException {
    write(
        "reviews.tsv",
        """
        text\tverdict
        a dull film\tbad
        what a "dull story\tbad
        a bright film\tgood
        what a bright story\tgood
        """);
    write(
        "job.yaml",
        """
        model: {text-cnn: {dim: 8, filters: 8, widths: [1, 2], dropout: 0}}
        data:
          train: {dataset: {text-csv: {train: reviews.tsv, words: 20, length: 4}}}
          test: {dataset: {text-csv: {train: reviews.tsv, words: 20, length: 4}}, split: train}
          batch: 2
          augment: [{typos: {probability: 0.05}}, {dropTokens: {probability: 0.05}}, swapTokens]
        optimizer: {sgd: {learningRate: 0.3}}
        epochs: 60
        """);
    train("job.yaml");
    assertThat(predicted("job.yaml", "such a dull, dull day")).isEqualTo("bad");
    assertThat(predicted("job.yaml", "bright film")).isEqualTo("good");
  }

  /** Rows of a table are sounds if one says so. */
  @Test
  void soundsWithNoiseAndEcho() throws IOException {
    StringBuilder table = new StringBuilder("a,b,c,d,kind\n");
    for (int i = 1; i <= 8; i++) {
      table.append("%d,%d,%d,%d,even\n%d,%d,%d,%d,odd\n".formatted(i, i, i, i, i, -i, i, -i));
    }
    write("sounds.csv", table.toString());
    write(
        "job.yaml",
        """
        model: softmax-regression
        data:
          train: {dataset: {csv: {train: sounds.csv}}}
          test: {dataset: {csv: {train: sounds.csv}}, split: train}
          batch: 4
          augment: [audioNoise, {echo: {delay: 1, gain: 0.3}}]
          normalize: standardize
        optimizer: {sgd: {learningRate: 0.1}}
        epochs: 20
        """);
    train("job.yaml");
    assertThat(predicted("job.yaml", "9,9,9,9")).isEqualTo("even");
  }
}
