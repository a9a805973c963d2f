package dev.merapi.train.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 sums of the files of a folder, in the form of {@code sha256sum}. */
final class Checksums {
  private static final int PIECE = 1 << 16;

  private Checksums() {}

  static String of(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    byte[] piece = new byte[PIECE];
    try (InputStream bytes = Files.newInputStream(file)) {
      for (int count = bytes.read(piece); count >= 0; count = bytes.read(piece)) {
        digest.update(piece, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String toText(Map<String, String> sums) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(sums)
        .forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Map<String, String> parse(String text) {
    Map<String, String> sums = new TreeMap<>();
    text.lines()
        .forEach(
            line -> {
              if (!line.matches("[0-9a-f]{64} {2}[\\w.-]+")) {
                throw new IllegalArgumentException("a line is no sum of a file");
              }
              sums.put(line.substring(66), line.substring(0, 64));
            });
    return sums;
  }
}
