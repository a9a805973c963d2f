package dev.merapi.train.io;

import static dev.merapi.train.io.OutputFolder.Mode.NEW;
import static dev.merapi.train.io.OutputFolder.Mode.OVERWRITE;
import static dev.merapi.train.io.OutputFolder.Mode.RESUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutputFolderTest {
  @TempDir private Path root;

  /** Another process that holds the lock until its standard input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (OutputFolder folder = OutputFolder.open(Path.of(arguments[0]), NEW)) {
        System.out.println(folder.path());
        System.in.read();
      }
    }
  }

  @Test
  void makesAFolderAndKnowsItsFiles() {
    Path path = root.resolve("runs/job/1");
    try (OutputFolder folder = OutputFolder.open(path, NEW)) {
      assertThat(path).isDirectory();
      assertThat(folder.weights()).isEqualTo(path.resolve("weights.safetensors"));
      assertThat(folder.metrics()).isEqualTo(path.resolve("metrics.csv"));
      assertThat(folder.checkpoints()).isEqualTo(path.resolve("checkpoints"));
    }
    OutputFolder.open(path, NEW).close();
  }

  @Test
  void aUsedFolderIsRefusedResumedOrOverwritten() throws IOException {
    Path checkpoint = Files.createDirectories(root.resolve("checkpoints/120"));
    Files.writeString(checkpoint.resolve("state.safetensors"), "x");
    Path metrics = Files.writeString(root.resolve("metrics.csv"), "x");
    Path weights = Files.writeString(root.resolve("weights.safetensors"), "x");
    Path notes = Files.writeString(root.resolve("notes.txt"), "mine");
    Path best = Files.createDirectories(root.resolve("checkpoints/best"));
    assertThatThrownBy(() -> OutputFolder.open(root, NEW))
        .isInstanceOf(OutputInUseException.class)
        .hasMessageContaining(root.toString());
    OutputFolder.open(root, RESUME).close();
    assertThat(checkpoint.resolve("state.safetensors")).exists();
    try (OutputFolder folder = OutputFolder.open(root, OVERWRITE)) {
      assertThat(metrics).hasContent("x");
      folder.begin();
      Files.writeString(folder.metrics(), "new");
      assertThat(folder.abandon()).isFalse();
    }
    assertThat(metrics).hasContent("x");
    assertThat(weights).hasContent("x");
    assertThat(checkpoint.resolve("state.safetensors")).hasContent("x");
    try (OutputFolder folder = OutputFolder.open(root, OVERWRITE)) {
      folder.begin();
      Files.writeString(folder.metrics(), "new");
      folder.complete(new Safetensors(Map.of("w", HostTensor.of(Shape.of(1), 2f))));
    }
    assertThat(checkpoint).doesNotExist();
    assertThat(metrics).hasContent("new");
    assertThat(Safetensors.read(weights).tensors().get("w").item()).isEqualTo(2);
    assertThat(notes).hasContent("mine");
    assertThat(best).exists();
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              ".lock", "metrics.csv", "weights.safetensors", "notes.txt", "checkpoints");
    }
  }

  @Test
  void aCheckpointAloneMakesTheFolderUsed() throws IOException {
    Files.createDirectories(root.resolve("checkpoints/5"));
    assertThatThrownBy(() -> OutputFolder.open(root, NEW)).isInstanceOf(OutputInUseException.class);
  }

  /** A kill at any moment: what was overwritten is whole, there or aside. */
  @Test
  void whatAKilledTrainingOverwroteComesBack() throws IOException {
    Files.createDirectories(root.resolve("checkpoints/000120"));
    Files.writeString(root.resolve("weights.safetensors"), "old");
    // killed while it moved the files aside
    Files.createDirectories(root.resolve(".replaced.tmp"));
    Files.writeString(root.resolve(".replaced.tmp/metrics.csv"), "old");
    OutputFolder.open(root, RESUME).close();
    requireOld();
    // killed before its first checkpoint
    try (OutputFolder folder = OutputFolder.open(root, OVERWRITE)) {
      folder.begin();
      Files.writeString(folder.metrics(), "new");
    }
    OutputFolder.open(root, RESUME).close();
    requireOld();
    // killed behind it: that is what one goes on from
    try (OutputFolder folder = OutputFolder.open(root, OVERWRITE)) {
      folder.begin();
      Files.createDirectories(root.resolve("checkpoints/000007"));
      assertThat(folder.abandon()).isTrue();
    }
    try (OutputFolder folder = OutputFolder.open(root, RESUME)) {
      assertThat(root.resolve("weights.safetensors")).doesNotExist();
      assertThat(root.resolve("checkpoints/000007")).exists();
      assertThat(root.resolve("checkpoints/000120")).doesNotExist();
      folder.complete(new Safetensors(Map.of("w", HostTensor.of(Shape.of(1), 2f))));
    }
    assertThat(root.resolve(".replaced")).doesNotExist();
  }

  private void requireOld() {
    assertThat(root.resolve("weights.safetensors")).hasContent("old");
    assertThat(root.resolve("metrics.csv")).hasContent("old");
    assertThat(root.resolve("checkpoints/000120")).exists();
    assertThat(root.resolve(".replaced")).doesNotExist();
    assertThat(root.resolve(".replaced.tmp")).doesNotExist();
  }

  /** One that ends before it begins to write changes nothing, whose checkpoints they may be. */
  @Test
  void whatHasNotBegunPutsNothingBack() throws IOException {
    Files.writeString(root.resolve("weights.safetensors"), "old");
    try (OutputFolder folder = OutputFolder.open(root, OVERWRITE)) {
      folder.begin();
      Files.createDirectories(root.resolve("checkpoints/000007"));
    }
    try (OutputFolder folder = OutputFolder.open(root, OVERWRITE)) {
      assertThat(folder.abandon()).isTrue();
    }
    assertThat(root.resolve("checkpoints/000007")).exists();
    assertThat(root.resolve(".replaced")).exists();
  }

  @Test
  void aFolderThatVanishedIsNotMadeAnew() throws IOException {
    Path path = root.resolve("run");
    try (OutputFolder folder = OutputFolder.open(path, NEW)) {
      folder.begin();
      Files.move(path, root.resolve("elsewhere"));
      assertThatThrownBy(folder::begin)
          .isInstanceOf(OutputException.class)
          .hasMessage(path + ": has vanished while a training wrote to it");
      assertThatThrownBy(() -> folder.complete(new Safetensors(Map.of())))
          .isInstanceOf(OutputException.class);
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void aSecondTrainingInThisProcessIsKeptOut() {
    try (OutputFolder folder = OutputFolder.open(root, NEW)) {
      assertThatThrownBy(() -> OutputFolder.open(folder.path(), RESUME))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("by this process already");
    }
  }

  @Test
  void aSecondProcessIsKeptOut() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo(root.toString());
      assertThatThrownBy(() -> OutputFolder.open(root, RESUME))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("by another process");
      process.getOutputStream().close();
      assertThat(process.waitFor()).isZero();
      OutputFolder.open(root, RESUME).close();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aPlaceThatIsNoFolderIsNamed() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "x");
    for (Path path : new Path[] {file, file.resolve("below")}) {
      assertThatThrownBy(() -> OutputFolder.open(path, NEW))
          .isInstanceOf(OutputException.class)
          .isNotInstanceOf(OutputInUseException.class)
          .hasMessageStartingWith(path + ": cannot be written");
    }
  }
}
