package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.SyntheticDigits;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {
  private static final int SIDE = 28;

  @TempDir private Path folder;

  private Cli.Result run(String... arguments) {
    return Cli.in(folder).run(arguments);
  }

  private JsonNode ok(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Cli.Result result = run(all.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    return result.json();
  }

  private void fails(int code, String message, String... arguments) {
    Cli.Result result = run(arguments);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(code);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  /** Grey PNG and JPEG, colours, and twice the size: all of them show the same digits. */
  @Test
  void images() throws IOException {
    write(
        "job.yaml",
        """
        model: [flatten, {dense: {units: 10}}]
        data:
          train: {dataset: {synthetic-digits: {train: 1000}}}
        optimizer: {adam: {learningRate: 0.01}}
        epochs: 4
        """);
    ok("train", "job.yaml", "--out", "run");
    Dataset digits =
        new SyntheticDigits(1000, 10, 1).open("train", DataDirectories.usual(null, Map.of()));
    List<String> arguments = new ArrayList<>(List.of("predict", "job.yaml", "--from", "run"));
    for (int digit = 0; digit < 10; digit++) {
      HostTensor pixels = HostTensor.zeros(digits.inputType());
      digits.copy(digit, pixels.bytes(), HostTensor.zeros(digits.targetType()).bytes());
      arguments.add(picture(pixels, digit + ".png", BufferedImage.TYPE_BYTE_GRAY, 1));
      arguments.add(picture(pixels, digit + "-rgb.png", BufferedImage.TYPE_INT_RGB, 1));
      arguments.add(picture(pixels, digit + "-alpha.png", BufferedImage.TYPE_INT_ARGB, 2));
      arguments.add(picture(pixels, digit + ".jpg", BufferedImage.TYPE_BYTE_GRAY, 2));
    }
    JsonNode found = ok(arguments.toArray(String[]::new)).get("predictions");
    assertThat(found).hasSize(40);
    int right = 0;
    for (int i = 0; i < 40; i++) {
      JsonNode prediction = found.get(i);
      assertThat(prediction.get("input").asText()).isEqualTo(arguments.get(4 + i));
      right += prediction.get("class").asInt() == i / 4 ? 1 : 0;
      assertThat(prediction.get("top")).hasSize(3);
      // the grey picture and the coloured one are the same but for the sizes of their batches
      assertThat(prediction.get("probability").asDouble())
          .isCloseTo(
              found.get(i / 4 * 4).get("probability").asDouble(), within(i % 4 < 2 ? 1e-6 : 0.35));
    }
    assertThat(right).isGreaterThanOrEqualTo(34);
    String words = run("predict", "job.yaml", "--from", "run", "3.png", "--top", "1").out();
    assertThat(words).matches("3\\.png: \\d \\(\\d+\\.\\d %\\)\\R");
    badImages();
  }

  private void badImages() throws IOException {
    write("text.png", "this is no picture");
    fails(
        4, "expected an image file, found none", "predict", "job.yaml", "--from", "run", "no.png");
    fails(4, "expected a PNG or JPEG image", "predict", "job.yaml", "--from", "run", "text.png");
    byte[] png = Files.readAllBytes(folder.resolve("3.png"));
    Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(png, png.length / 2));
    fails(4, "cannot be read as an image", "predict", "job.yaml", "--from", "run", "cut.png");
    fails(2, "--top must be at least 1", "predict", "job.yaml", "3.png", "--top", "0");
    fails(2, "does not fit the job", "predict", "digits", "--from", "run", "3.png");
  }

  private String picture(HostTensor pixels, String name, int type, int zoom) throws IOException {
    BufferedImage image = new BufferedImage(SIDE * zoom, SIDE * zoom, type);
    for (int y = 0; y < SIDE * zoom; y++) {
      for (int x = 0; x < SIDE * zoom; x++) {
        int grey = (int) pixels.get(y / zoom * SIDE + x / zoom);
        if (type == BufferedImage.TYPE_BYTE_GRAY) {
          image.getRaster().setSample(x, y, 0, grey);
        } else {
          image.setRGB(x, y, 0xFF000000 | grey << 16 | grey << 8 | grey);
        }
      }
    }
    String format = name.substring(name.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, folder.resolve(name).toFile())).isTrue();
    return name;
  }

  @Test
  void tagsOfSentences() throws IOException {
    ok("train", "bilstm-crf", "--epochs", "10", "--set", "data.train.dataset.grammar.train=200");
    write("sentences.txt", "she sees the cat\n\n the  old light often sees her\n");
    JsonNode found = ok("predict", "bilstm-crf", "sentences.txt", "cat sees cat");
    List<String> inputs = new ArrayList<>();
    List<Integer> tags = new ArrayList<>();
    for (JsonNode one : found.get("predictions")) {
      inputs.add(one.get("input").asText());
      tags.add(one.get("tags").size());
    }
    assertThat(inputs)
        .containsExactly("she sees the cat", "the old light often sees her", "cat sees cat");
    assertThat(tags).containsExactly(4, 6, 3);
    assertThat(run("predict", "bilstm-crf", "the old cat sees").out().strip())
        .isEqualTo("the/DET old/ADJ cat/NOUN sees/VERB");
    fails(2, "expected a sentence, found ' '", "predict", "bilstm-crf", " ");
  }

  @Test
  void wordsThatAreNear() throws IOException {
    write("text.txt", "a cat and a dog\na dog and a cat\n");
    String file = "data.train.dataset.skip-grams.file=" + folder.resolve("text.txt");
    List<String> job = List.of("skip-gram", "--set", file);
    List<String> train = new ArrayList<>(List.of("train"));
    train.addAll(job);
    train.addAll(List.of("--epochs", "2", "--out", "run"));
    ok(train.toArray(String[]::new));
    List<String> predict = new ArrayList<>(List.of("predict"));
    predict.addAll(job);
    predict.addAll(List.of("--from", "run", "--top", "2", "cat"));
    JsonNode found = ok(predict.toArray(String[]::new)).get("predictions").get(0);
    assertThat(found.get("input").asText()).isEqualTo("cat");
    assertThat(found.get("nearest")).hasSize(2);
    for (JsonNode one : found.get("nearest")) {
      assertThat(one.get("word").asText()).isIn("a", "and", "dog");
      assertThat(one.get("similarity").asDouble()).isBetween(-1.0, 1.0);
    }
    assertThat(run(predict.toArray(String[]::new)).out())
        .matches("cat: \\w+ \\(-?[01]\\.\\d\\d\\), \\w+ \\(-?[01]\\.\\d\\d\\)\\R");
    predict.set(predict.size() - 1, "mouse");
    fails(2, "'mouse' is not in the vocabulary", predict.toArray(String[]::new));
  }

  @Test
  void rowsOnTheCommandLineAndInFiles() throws IOException {
    ok("train", "xor", "--epochs", "30");
    write("rows.csv", "0,0\n0,1\n1,0\n1,1\n");
    JsonNode found = ok("predict", "xor", "rows.csv", "1,1", "1, 0").get("predictions");
    assertThat(found.findValuesAsText("input"))
        .startsWith(folder.resolve("rows.csv") + ":1")
        .endsWith("1,1", "1, 0");
    List<String> classes = new ArrayList<>();
    found.forEach(
        one -> {
          classes.add(one.get("class").asText());
          double sum = 0;
          for (JsonNode top : one.get("top")) {
            sum += top.get("probability").asDouble();
          }
          assertThat(sum).isCloseTo(1, within(1e-12));
        });
    assertThat(classes).containsExactly("0", "1", "1", "0", "0", "1");

    Path newest;
    try (var steps = Files.list(folder.resolve("runs/xor/1/checkpoints"))) {
      newest = steps.sorted().reduce((a, b) -> b).orElseThrow();
    }
    String checkpoint = folder.relativize(newest).toString();
    assertThat(
            ok("predict", "xor", "0,1", "--from", checkpoint)
                .get("predictions")
                .get(0)
                .get("class")
                .asText())
        .isEqualTo("1");

    fails(2, "INPUT: expected 2 numbers, found 3 in '1,2,3'", "predict", "xor", "1,2,3");
    fails(2, "INPUT: expected a number, found '1e'", "predict", "xor", "1,1e");
    fails(4, "expected a CSV file or numbers, found neither", "predict", "xor", "rows.txt");
    write("wide.csv", "1,2,3,4\n");
    fails(4, "expected 2 columns, or 3 with the target, found 4", "predict", "xor", "wide.csv");
    write("words.csv", "a,b\n");
    fails(4, "expected a number, found 'a'", "predict", "xor", "words.csv");
    fails(2, "INPUT", "predict", "xor");
    fails(2, "no weights.safetensors in", "predict", "xor", "0,1", "--from", "nowhere");
  }

  @Test
  void classesHaveTheirNames() throws IOException {
    StringBuilder rows = new StringBuilder("width,kind,height\n");
    for (int i = 0; i < 40; i++) {
      rows.append(i % 2 == 0 ? "1.5,cat,0.2\n" : "-1.5,dog,0.1\n");
    }
    write("train.csv", rows.toString());
    write(
        "job.yaml",
        """
        model: [{dense: {units: 2}}]
        data:
          train: {dataset: {csv: {train: %s, target: kind}}}
          batch: 8
        """
            .formatted(folder.resolve("train.csv")));
    ok("train", "job.yaml", "--out", "run");
    write("new.csv", "width,height\n1.5,0.2\n-1.5,0.1\n");
    write("same.csv", "width,kind,height\n1.5,?,0.2\n");
    JsonNode found =
        ok("predict", "job.yaml", "--from", "run", "new.csv", "same.csv").get("predictions");
    List<String> classes = new ArrayList<>();
    found.forEach(one -> classes.add(one.get("class").asText()));
    assertThat(classes).containsExactly("cat", "dog", "cat");
    assertThat(found.get(1).get("input").asText()).endsWith("new.csv:3");
    assertThat(run("predict", "job.yaml", "--from", "run", "--", "-1.0,0").out())
        .startsWith("-1.0,0: dog (");
  }

  @Test
  void whatFollowsAText() throws IOException {
    Path file = folder.resolve("cache/merapi/tinyshakespeare/input.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "ab\n".repeat(250));
    List<String> job = new ArrayList<>();
    for (String setting :
        List.of(
            "model.char-lstm.hidden=8",
            "model.char-lstm.layers=1",
            "data.train.dataset.tinyshakespeare.length=4",
            "data.test.dataset.tinyshakespeare.length=4",
            "data.batch=4",
            "optimizer.adam.learningRate=0.02")) {
      job.addAll(List.of("--set", setting));
    }
    List<String> train = new ArrayList<>(List.of("train", "char-rnn", "--epochs", "5"));
    train.addAll(job);
    ok(train.toArray(String[]::new));
    write("story.txt", "ab\nab\nab\na");
    Files.delete(file); // the characters were saved with the weights
    List<String> predict =
        new ArrayList<>(List.of("predict", "char-rnn", "ab", "b\na", "story.txt"));
    predict.addAll(job);
    JsonNode found = ok(predict.toArray(String[]::new)).get("predictions");
    assertThat(found.get(0).get("class").asText()).isEqualTo("\n");
    assertThat(found.get(1).get("class").asText()).isEqualTo("b");
    assertThat(found.get(2).get("class").asText()).isEqualTo("b");
    predict.set(2, "xyz");
    fails(2, "INPUT: 'x' is no character of", predict.toArray(String[]::new));
    predict.set(2, "");
    fails(2, "INPUT: expected a text", predict.toArray(String[]::new));
  }

  @Test
  void numbersWhereThereAreNoClasses() throws IOException {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 64; i++) {
      double x = i / 32.0 - 1;
      rows.append(x).append(',').append(2 * x + 1).append('\n');
    }
    write("line.csv", rows.toString());
    write(
        "job.yaml",
        """
        model: [{dense: {units: 1}}]
        data:
          train: {dataset: {csv: {train: %s, regression: true}}}
          batch: 8
        loss: meanSquaredError
        optimizer: {sgd: {learningRate: 0.2}}
        epochs: 30
        """
            .formatted(folder.resolve("line.csv")));
    ok("train", "job.yaml", "--out", "run");
    JsonNode found = ok("predict", "job.yaml", "--from", "run", "0.5").get("predictions").get(0);
    assertThat(found.get("output").get(0).asDouble()).isCloseTo(2, within(0.01));
    assertThat(run("predict", "job.yaml", "--from", "run", "0.5").out()).startsWith("0.5: 2.0");
  }

  @Test
  void modelsOfOtherDataAreRefused() throws IOException {
    write(
        "job.yaml",
        """
        model: [flatten, {dense: {units: 10}}]
        data:
          train: {dataset: {synthetic-digits: {train: 20}}}
        """);
    ok("train", "job.yaml", "--out", "run", "--epochs", "1");
    fails(4, "expected an image file, found none", "predict", "job.yaml", "--from", "run", "1,2");
  }

  @Test
  void benchPredictTellsLatencies() throws IOException {
    JsonNode json =
        ok(
            "bench",
            "predict",
            "mlp",
            "--device",
            "reference",
            "--seconds",
            "0",
            "--callers",
            "3",
            "--max-batch",
            "2");
    assertThat(json.get("workload").asText()).isEqualTo("mlp");
    assertThat(json.get("callers").asInt()).isEqualTo(3);
    assertThat(json.get("requests").asInt()).isEqualTo(3);
    assertThat(json.get("requests_per_s").asDouble()).isPositive();
    assertThat(json.get("latency_ms_p50").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(json.get("latency_ms_p99").asDouble());
    fails(
        2,
        "expected --callers and --max-batch of at least 1",
        "bench",
        "predict",
        "mlp",
        "--callers",
        "0");
    fails(2, "unknown workload 'lenet'; did you mean 'lenet5'?", "bench", "predict", "lenet");
    fails(2, "expected a WORKLOAD: mlp, lenet5", "bench", "predict");
    fails(2, "expected a WORKLOAD: mlp, lenet5", "bench");
  }
}
