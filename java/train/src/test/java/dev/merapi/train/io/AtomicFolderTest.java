package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir private Path root;

  private static AtomicFolder.Content file(String text) {
    return folder -> Files.writeString(folder.resolve("file"), text);
  }

  @Test
  void makesAndReplaces() {
    Path folder = root.resolve("1");
    AtomicFolder.write(folder, file("old"));
    AtomicFolder.write(folder, file("new"));
    assertThat(folder.resolve("file")).hasContent("new");
    assertThat(root.toFile().list()).containsExactly("1");
  }

  /** A full disk and a read-only folder, as the file system tells them. */
  @Test
  void whatCannotBeWrittenLeavesWhatWasThere() {
    Path folder = root.resolve("1");
    AtomicFolder.write(folder, file("old"));
    for (IOException failure :
        new IOException[] {
          new IOException("No space left on device"),
          new FileSystemException("x", null, "No space left on device"),
          new AccessDeniedException("x")
        }) {
      assertThatThrownBy(
              () ->
                  AtomicFolder.write(
                      folder,
                      growing -> {
                        Files.writeString(growing.resolve("file"), "half");
                        throw failure;
                      }))
          .isInstanceOf(OutputException.class)
          .hasMessageMatching(
              folder + ": cannot be written \\((No space left on device|permission denied)\\)");
      assertThat(folder.resolve("file")).hasContent("old");
      assertThat(root.toFile().list()).containsExactly("1");
    }
  }

  @Test
  void aParentThatVanishedIsNotMadeAnew() {
    Path parent = root.resolve("vanished");
    assertThatThrownBy(() -> AtomicFolder.write(parent.resolve("1"), file("x")))
        .isInstanceOf(OutputException.class)
        .hasMessage(parent.resolve("1") + ": cannot be written (no such file or folder)");
    assertThat(parent).doesNotExist();
  }

  @Test
  void onlyLeftoversAreRemoved() throws IOException {
    Path left = Files.createDirectories(root.resolve(".000007." + UUID.randomUUID() + ".tmp"));
    Files.writeString(left.resolve("weights.safetensors"), "half");
    Files.writeString(root.resolve(".metrics.csv." + UUID.randomUUID() + ".tmp"), "half");
    Path mine = Files.writeString(root.resolve(".notes.tmp"), "mine");
    AtomicFolder.removeLeftovers(root);
    assertThat(root.toFile().list()).containsExactly(".notes.tmp");
    assertThat(mine).hasContent("mine");
    AtomicFolder.removeLeftovers(root.resolve("missing"));
  }
}
