package dev.merapi.train.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the entries of a tar archive one after the other (POSIX ustar): a header of 512 bytes, the
 * content, and zeros up to a multiple of 512.
 */
final class TarReader {
  private static final int BLOCK = 512;

  private final InputStream in;
  private long contentLeft;
  private long paddingLeft;

  TarReader(InputStream in) {
    this.in = in;
  }

  /** One entry; the file name is without folders. */
  record Entry(String fileName, boolean isFile, long size) {}

  /** The next entry, or null at the end. */
  Entry next() throws IOException {
    in.skipNBytes(contentLeft + paddingLeft);
    contentLeft = 0;
    paddingLeft = 0;
    byte[] header = in.readNBytes(BLOCK);
    if (header.length < BLOCK) {
      throw new EOFException("the tar archive is truncated");
    }
    if (header[0] == 0) {
      return null;
    }
    String name = text(header, 0, 100);
    contentLeft = size(text(header, 124, 12));
    paddingLeft = (BLOCK - contentLeft % BLOCK) % BLOCK;
    boolean isFile = header[156] == '0' || header[156] == 0;
    return new Entry(name.substring(name.lastIndexOf('/') + 1), isFile, contentLeft);
  }

  private static long size(String octal) throws IOException {
    try {
      return Long.parseLong(octal.strip(), 8);
    } catch (NumberFormatException e) {
      throw new IOException("the tar archive is damaged: found the size '" + octal + "'", e);
    }
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.US_ASCII);
  }

  /** Writes the content of the last entry. */
  void copyTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    while (contentLeft > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, contentLeft));
      if (count < 0) {
        throw new EOFException("the tar archive is truncated");
      }
      out.write(buffer, 0, count);
      contentLeft -= count;
    }
  }
}
