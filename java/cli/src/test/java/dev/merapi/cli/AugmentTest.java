package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.train.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Job files whose training data are augmented and normalized. */
class AugmentTest {
  @TempDir Path folder;

  private static final String JOB =
      """
      model: softmax-regression
      data:
        train: {dataset: {synthetic-digits: {train: 100, test: 50}}}
        test: {dataset: {synthetic-digits: {train: 100, test: 50}}}
        batch: 16
        augment:
          - shift: {pixels: 1}
          - flip
          - affine: {shift: 1, scale: 0.1, degrees: 5, padding: edge}
          - elastic: {alpha: 10}
          - noise: {std: 0.02}
        normalize: standardize
      epochs: 4
      """;

  private Cli cli() throws IOException {
    Files.writeString(folder.resolve("job.yaml"), JOB);
    return Cli.in(folder);
  }

  @Test
  void aTrainingThatIsResumedSeesTheSameImages() throws IOException {
    Cli cli = cli();
    Cli.Result whole = cli.run("train", "job.yaml", "--out", "whole");
    assertThat(whole.code()).isZero();
    assertThat(whole.err()).contains("100 samples, augmented by [Shift[pixels=1, padding=ZERO]");
    cli.run("train", "job.yaml", "--out", "parts", "--epochs", "2");
    Cli.Result rest = cli.run("train", "job.yaml", "--out", "parts", "--resume");
    assertThat(rest.code()).isZero();
    assertThat(folder.resolve("parts/weights.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/weights.safetensors"));
    assertThat(Safetensors.read(folder.resolve("whole/weights.safetensors")).tensors())
        .containsKeys("normalizer.mean", "normalizer.scale");
    Cli.Result evaluated = cli.run("eval", "job.yaml", "--from", "whole", "--json");
    assertThat(evaluated.json().get("test_loss"))
        .isEqualTo(
            cli.run("eval", "job.yaml", "--from", "parts", "--json").json().get("test_loss"));
  }

  @Test
  void withoutAugmentationTheWeightsAreOthers() throws IOException {
    Cli cli = cli();
    cli.run("train", "job.yaml", "--out", "with", "--epochs", "1");
    cli.run("train", "job.yaml", "--out", "without", "--epochs", "1", "--set", "data.augment=[]");
    assertThat(
            Files.mismatch(
                folder.resolve("with/weights.safetensors"),
                folder.resolve("without/weights.safetensors")))
        .isNotEqualTo(-1);
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Cli cli = cli();
    Cli.Result resident = cli.run("train", "job.yaml", "--set", "data.resident=true");
    assertThat(resident.code()).isEqualTo(2);
    assertThat(resident.err()).contains("resident data are the same in each epoch");
    Cli.Result unknown = cli.run("train", "job.yaml", "--set", "data.augment=[flop]");
    assertThat(unknown.err()).contains("data.augment[0]: unknown augmentation 'flop'");
    Cli.Result rows = cli.run("train", "xor", "--set", "data.augment=[flip]");
    assertThat(rows.code()).isEqualTo(4);
    assertThat(rows.err()).contains("expected images U8 [C, H, W] to augment");
    Cli.Result range =
        cli.run("train", "job.yaml", "--set", "data.augment=[{rotate: {degrees: -1}}]");
    assertThat(range.err()).contains("degrees must be from 0 to 180, found -1.0");
  }
}
