package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AtomicFileTest {
  @TempDir private Path root;

  /** Another process that is in the middle of writing. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      AtomicFile.write(
          Path.of(arguments[0]),
          channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            System.out.println("writing");
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
          });
    }
  }

  @Test
  void anInterruptLeavesTheFileAsItWas() throws IOException, InterruptedException {
    Path file = Files.writeString(root.resolve("file"), "old");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("writing");
      assertThat(root.toFile().list()).hasSize(2);
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(root.toFile().list()).containsExactly("file");
      assertThat(file).hasContent("old");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aFailureLeavesTheFileAsItWas() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw new IOException("full");
                    }))
        .hasMessage("full");
    assertThat(root.toFile().list()).containsExactly("file");
    assertThat(file).hasContent("old");
  }

  /** Where its folder is moved away between two files, the second one does not bring it back. */
  @Test
  void aFolderThatHasVanishedIsNotMadeAnew() throws IOException {
    Path folder = Files.createDirectories(root.resolve("run/checkpoints"));
    AtomicFile.write(folder.resolve("first"), channel -> {});
    Files.move(root.resolve("run"), root.resolve("moved"));
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("second"), channel -> {}))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(root.toFile().list()).containsExactly("moved");
  }
}
