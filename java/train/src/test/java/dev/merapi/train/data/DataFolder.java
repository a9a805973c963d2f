package dev.merapi.train.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes small data files for tests. */
record DataFolder(Path root) {
  DataDirectories directories() {
    return new DataDirectories(List.of(root));
  }

  /** Writes a file, compressed when its name ends in {@code .gz}. */
  Path write(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file))
            : Files.newOutputStream(file)) {
      out.write(content);
    }
    return file;
  }

  /** An IDX file's bytes: four-byte big-endian words and then the elements. */
  static byte[] idx(int[] words, byte... elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length + elements.length);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.put(elements).array();
  }

  /** CIFAR-10 records whose pixel bytes all are ten times the label plus the plane. */
  static byte[] cifar(int... labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int label : labels) {
      bytes.write(label);
      for (int i = 0; i < 3072; i++) {
        bytes.write(10 * label + i / 1024);
      }
    }
    return bytes.toByteArray();
  }
}
