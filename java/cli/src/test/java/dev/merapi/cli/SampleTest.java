package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built-in character job, small and on a text of its own, and what is sampled from it. */
class SampleTest {
  private static final List<String> SMALL =
      List.of(
          "model.char-lstm.hidden=8",
          "model.char-lstm.layers=1",
          "data.train.dataset.tinyshakespeare.length=4",
          "data.test.dataset.tinyshakespeare.length=4",
          "data.batch=4",
          "optimizer.adam.learningRate=0.02");

  @TempDir private Path folder;

  @BeforeEach
  void writeText() throws IOException {
    Path file = folder.resolve("cache/merapi/tinyshakespeare/input.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "ab\n".repeat(250));
  }

  private Cli.Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    for (String setting : SMALL) {
      all.add("--set");
      all.add(setting);
    }
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  @Test
  void samplesWhatItLearned() throws IOException {
    JsonNode trained = run("train", "char-rnn", "--epochs", "5", "--json").json();
    assertThat(trained.get("test_loss").asDouble()).isLessThan(0.1);
    assertThat(trained.get("test_accuracy").asDouble()).isGreaterThan(0.95);

    Cli.Result text = run("sample", "char-rnn", "--length", "9", "--temperature", "0.1");
    assertThat(text.code()).isZero();
    assertThat(text.out()).startsWith("ab\nab\nab\n");
    // the characters were saved with the weights
    Files.delete(folder.resolve("cache/merapi/tinyshakespeare/input.txt"));
    JsonNode json =
        run("sample", "char-rnn", "--length", "4", "--temperature", "0.1", "--prime", "a", "--json")
            .json();
    assertThat(json.get("text").asText()).isEqualTo("b\nab");
    assertThat(json.get("job").asText()).isEqualTo("char-rnn");
    Cli.Result likeliest =
        run("sample", "char-rnn", "--length", "6", "--temperature", "100", "--top-k", "1");
    assertThat(likeliest.out()).startsWith("ab\nab\n");

    fails("--prime: 'c' is no character of ", "sample", "char-rnn", "--prime", "c");
    fails("--temperature above 0", "sample", "char-rnn", "--temperature", "0");
    fails("--top-k of at least 0", "sample", "char-rnn", "--top-k", "-1");
  }

  /** By hand for 3 characters, 8 hidden features and pieces of 4: 2 4 (32 3 + 32 8 + 8 3). */
  @Test
  void theJobCanBeInspectedAndChecked() throws IOException {
    JsonNode json = run("inspect", "char-rnn", "--json").json();
    assertThat(json.get("input").asText()).isEqualTo("I32[4]");
    assertThat(json.get("parameters").asInt()).isEqualTo(32 * (3 + 8 + 2) + 8 * 3 + 3);
    assertThat(json.get("flops_per_sample").asInt()).isEqualTo(3008);
    Cli.Result checked = run("gradcheck", "char-rnn", "--json");
    assertThat(checked.code()).isZero();
    assertThat(checked.json().get("parameters").findValuesAsText("name"))
        .containsExactly("lstm.weight", "fc.weight", "fc.bias");
  }

  @Test
  void wantsATrainedRunOfAText() {
    fails("no finished run under ", "sample", "char-rnn");
    assertThat(Cli.in(folder).run("sample", "xor", "--from", ".").err())
        .contains("job xor makes neither text nor images, expected one of them to sample");
  }

  private void fails(String message, String... arguments) {
    Cli.Result result = run(arguments);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(2);
  }
}
