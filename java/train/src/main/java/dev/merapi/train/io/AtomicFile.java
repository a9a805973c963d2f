package dev.merapi.train.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that are there whole or not at all: into a temporary file in the same folder, forced
 * to the disk, and renamed.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What writes the content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Makes or replaces a file in a folder that is there: one that has vanished while a training
   * wrote to it is not made anew with a part of the training in it.
   *
   * @throws IOException when that fails; the file is then what it was before
   */
  public static void write(Path file, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    String name = "." + file.getFileName() + "." + UUID.randomUUID() + ".tmp";
    try (Temporary temporary = new Temporary(folder.resolve(name))) {
      try (FileChannel channel = temporary.open()) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary.path, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Makes or replaces a text file in a folder that is there.
   *
   * @throws OutputException when that fails; the file is then what it was before
   */
  public static void write(Path file, String text) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    try {
      write(
          file,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  /** A file that is gone in the end, also when an interrupt ends the JVM. */
  private static final class Temporary implements AutoCloseable {
    private final Path path;
    private final Thread atExit = new Thread(this::end);
    private boolean ended;

    Temporary(Path path) throws IOException {
      this.path = path;
      try {
        Runtime.getRuntime().addShutdownHook(atExit);
      } catch (IllegalStateException e) {
        throw new IOException("interrupted", e);
      }
    }

    synchronized FileChannel open() throws IOException {
      if (ended) {
        throw new IOException("interrupted");
      }
      return FileChannel.open(
          path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private synchronized void end() {
      ended = true;
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (IllegalStateException e) {
        return; // the JVM is shutting down, and the hook has run or will find nothing to do
      }
    }
  }
}
