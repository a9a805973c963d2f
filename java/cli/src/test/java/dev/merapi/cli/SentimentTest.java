package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in jobs of film reviews, small and on made-up ones. */
class SentimentTest {
  @TempDir private Path folder;

  /** Sentences of words that say nothing, with one that does somewhere among them. */
  @BeforeEach
  void writeReviews() throws IOException {
    Path reviews = Files.createDirectories(folder.resolve("cache/merapi/rt-polarity"));
    Files.writeString(reviews.resolve("rt-polarity.neg"), sentences("dull", 1));
    Files.writeString(reviews.resolve("rt-polarity.pos"), sentences("bright", 2));
  }

  private static String sentences(String verdict, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String[] nothing = {"a", "film", "of", "the", "story", "with", "actors"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      List<String> words = new ArrayList<>();
      for (int count = random.nextInt(1, 6); count > 0; count--) {
        words.add(nothing[random.nextInt(nothing.length)]);
      }
      words.add(random.nextInt(words.size() + 1), verdict);
      text.append(String.join(" ", words)).append(" . \n");
    }
    return text.toString();
  }

  private Cli.Result run(String command, String job, String... more) {
    String model = job.replace("sentiment", "text");
    List<String> all = new ArrayList<>(List.of(command, job));
    all.addAll(List.of(more));
    for (String setting :
        List.of(
            "model." + model + ".dim=8",
            job.equals("sentiment-cnn") ? "model.text-cnn.filters=6" : "model.text-lstm.hidden=6",
            "data.train.dataset.rt-polarity.length=8",
            "data.test.dataset.rt-polarity.length=8",
            "data.batch=8",
            "optimizer.adam.learningRate=0.02")) {
      all.addAll(List.of("--set", setting));
    }
    all.add("--json");
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sentiment-cnn", "sentiment-lstm"})
  void learnsWhatAWordSays(String job) throws IOException {
    Cli.Result trained = run("train", job);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().get("test_accuracy").asDouble()).isEqualTo(1);
    JsonNode predictions =
        run("predict", job, "What a dull day!", "bright").json().get("predictions");
    assertThat(predictions)
        .extracting(prediction -> prediction.get("class").asText())
        .containsExactly("negative", "positive");
    JsonNode inspected = run("inspect", job).json();
    assertThat(inspected.get("input").asText()).isEqualTo("I32[8]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sentiment-cnn", "sentiment-lstm"})
  void gradientsFitDifferences(String job) throws IOException {
    Cli.Result checked = run("gradcheck", job);
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.json().get("max_relative_error").asDouble()).isLessThan(1e-5);
    assertThat(checked.json().get("parameters").findValuesAsText("name"))
        .contains("embedding.weight", "fc.weight", "fc.bias");
  }
}
