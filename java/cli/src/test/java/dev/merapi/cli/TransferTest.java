package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.train.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training begins with the weights of another, and leaves some of them alone. */
class TransferTest {
  @TempDir private Path folder;

  private Cli.Result run(String... arguments) {
    return Cli.in(folder).run(arguments);
  }

  private Safetensors weights(String run) {
    return Safetensors.read(folder.resolve(run).resolve("weights.safetensors"));
  }

  @Test
  void beginsWithTheWeightsOfAnotherRun() throws IOException {
    assertThat(run("train", "xor", "--epochs", "2", "--out", "a").code()).isZero();
    Cli.Result again =
        run(
            "train",
            "xor",
            "--epochs",
            "1",
            "--out",
            "b",
            "--init",
            "a",
            "--set",
            "freeze=[fc1]",
            "--json");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("weights from " + folder.resolve("a") + ": 4 loaded");
    String frozen = "fc1.weight";
    assertThat(weights("b").tensors().get(frozen)).isEqualTo(weights("a").tensors().get(frozen));
    assertThat(weights("b").tensors().get("fc2.weight"))
        .isNotEqualTo(weights("a").tensors().get("fc2.weight"));

    Path checkpoint;
    try (var steps = Files.list(folder.resolve("a/checkpoints"))) {
      checkpoint = steps.sorted().findFirst().orElseThrow();
    }
    JsonNode evaluated =
        run("eval", "xor", "--from", folder.relativize(checkpoint).toString(), "--json").json();
    assertThat(evaluated.get("samples").asInt()).isPositive();
  }

  @Test
  void anotherHeadIsTakenWhenNotStrict() {
    assertThat(run("train", "xor", "--epochs", "1", "--out", "a").code()).isZero();
    String[] wide = {
      "train", "xor", "--epochs", "1", "--out", "b", "--set", "model.mlp.classes=3", "--init", "a"
    };
    Cli.Result strict = run(wide);
    assertThat(strict.code()).isEqualTo(2);
    assertThat(strict.err())
        .contains("fc2.weight (expected F32[3, 8], found F32[2, 8])")
        .contains("init.strict=false loads what fits");
    assertThat(folder.resolve("b")).doesNotExist();
    String[] lenient = java.util.Arrays.copyOf(wide, wide.length + 2);
    lenient[wide.length] = "--set";
    lenient[wide.length + 1] = "init.strict=false";
    Cli.Result result = run(lenient);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("2 loaded; of another shape: fc2.weight");
  }

  @Test
  void wrongOnesAreRefused() throws IOException {
    fails(2, "no weights.safetensors in", "--init", "nowhere");
    fails(2, "freeze: 'conv1' is no layer or variable", "--set", "freeze=[conv1]");
    Files.writeString(folder.resolve("bad.safetensors"), "no weights at all");
    fails(4, "bad.safetensors: expected a header length", "--init", "bad.safetensors");
  }

  private void fails(int code, String message, String option, String value) {
    Cli.Result result = run("train", "xor", option, value);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(code);
  }
}
