package dev.merapi.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Position;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints that earlier versions wrote load and are gone on with; the README says how. */
class GoldenCheckpointTest {
  private static final Path GOLDEN = Path.of("src/test/resources/checkpoints");
  private static final String STEP = "000020";
  private static final String END = "end.safetensors";
  private static final long MAX_BYTES = 50_000;

  /** Writes that of this version. */
  public static void main(String[] arguments) throws IOException {
    Path version = GOLDEN.resolve("version-" + Manifest.VERSION);
    try (Backend backend = Backends.open("reference")) {
      CheckpointTest.write(backend, version, 10);
      try (Stream<Path> folders = Files.list(version)) {
        for (Path folder : folders.filter(path -> !path.endsWith(STEP)).toList()) {
          try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
              Files.delete(file);
            }
          }
          Files.delete(folder);
        }
      }
      TrainingConfig config = CheckpointTest.config();
      try (Trainer trainer = new Trainer(backend, config, CheckpointTest.POINTS)) {
        trainer.fit(CheckpointTest.POINTS, null);
        new Safetensors(trainer.weights()).write(version.resolve(END));
      }
    }
  }

  static IntStream versions() {
    return IntStream.rangeClosed(1, Manifest.VERSION);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyVersionHasASmallOne(int version) throws IOException {
    Path golden = GOLDEN.resolve("version-" + version);
    assertThat(golden.resolve(STEP)).isDirectory();
    try (Stream<Path> files = Files.walk(golden)) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum())
          .isLessThan(MAX_BYTES);
    }
    assertThat(GOLDEN.resolve("README.md")).content().contains("version-" + version);
  }

  @Test
  void noneIsOfAVersionToCome() throws IOException {
    try (Stream<Path> children = Files.list(GOLDEN)) {
      assertThat(children.filter(Files::isDirectory)).hasSize(Manifest.VERSION);
    }
  }

  /** Functions may round otherwise in another Java: it is near the end that it had then. */
  @ParameterizedTest
  @MethodSource("versions")
  void leadsToTheEndThatItLedTo(int version) {
    Path golden = GOLDEN.resolve("version-" + version);
    Checkpoint checkpoint = Checkpoint.read(golden.resolve(STEP));
    assertThat(checkpoint.step()).isEqualTo(20);
    assertThat(checkpoint.position()).isEqualTo(new Position(3, 6));
    assertThat(checkpoint.best()).isNull();
    TrainingConfig config = CheckpointTest.config();
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config, CheckpointTest.POINTS)) {
      checkpoint.restore(trainer, config.settings());
      assertThat(trainer.weights()).isEqualTo(checkpoint.weights());
      TrainingResult result = trainer.fit(CheckpointTest.POINTS, null);
      assertThat(result.steps()).isEqualTo(28);
      Map<String, HostTensor> end = Safetensors.read(golden.resolve(END)).tensors();
      assertThat(trainer.weights()).containsOnlyKeys(end.keySet());
      trainer
          .weights()
          .forEach(
              (name, value) ->
                  assertThat(value.toDoubleArray())
                      .as(name)
                      .containsExactly(end.get(name).toDoubleArray(), within(1e-5)));
    }
  }
}
