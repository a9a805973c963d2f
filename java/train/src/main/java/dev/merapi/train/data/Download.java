package dev.merapi.train.data;

import java.net.URI;
import java.util.List;

/**
 * A published file of a data set.
 *
 * @param address where it is published
 * @param sha256 the SHA-256 of the published bytes, in hexadecimal
 * @param unpacked the files to take out when it is a tar.gz archive; empty when the file is kept as
 *     it is
 */
public record Download(URI address, String sha256, List<String> unpacked) {
  public Download {
    unpacked = List.copyOf(unpacked);
  }

  /** A file that is kept as it is. */
  public static Download file(String address, String sha256) {
    return new Download(URI.create(address), sha256, List.of());
  }

  /** A tar.gz archive from which these files are taken, whatever folder they have in it. */
  public static Download archive(String address, String sha256, List<String> unpacked) {
    return new Download(URI.create(address), sha256, unpacked);
  }

  /** The name of the published file. */
  public String fileName() {
    String path = address.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
