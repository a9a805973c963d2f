package dev.merapi.train.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A data file that may be compressed with gzip, and whose faults are {@link DataException}s. */
record DataFile(Path path) {
  private static final int BUFFER = 1 << 16;

  /** What is done with the bytes. */
  @FunctionalInterface
  interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  /** Reads the file, decompressed when its name ends in {@code .gz}. */
  <T> T read(Reader<T> reader) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER);
        InputStream in = isCompressed() ? new GZIPInputStream(file, BUFFER) : file) {
      return reader.read(in);
    } catch (IOException e) {
      String what = isCompressed() ? "cannot be read as gzip" : "cannot be read";
      throw new DataException(path + ": " + what + " (" + e.getMessage() + ")", e);
    }
  }

  /** All of it as a text; bytes that are none in the encoding are an error. */
  String text(Charset charset) {
    byte[] bytes = read(in -> in.readAllBytes());
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new DataException(path + ": expected a text in " + charset + ", found other bytes", e);
    }
  }

  private boolean isCompressed() {
    return path.toString().endsWith(".gz");
  }

  /** An error about this file. */
  DataException error(String message, Object... arguments) {
    return new DataException(path + ": " + String.format(message, arguments));
  }
}
