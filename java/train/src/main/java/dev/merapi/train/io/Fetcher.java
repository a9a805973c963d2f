package dev.merapi.train.io;

import dev.merapi.train.data.DataException;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.Download;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Downloads the published files of data sets and checks their SHA-256.
 *
 * <p>A file is in the folder whole and checked, or not at all. What is there already is not
 * downloaded again.
 */
public final class Fetcher {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final Consumer<String> log;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * A fetcher into a folder.
   *
   * @param folder which gets a folder for each data set
   * @param log takes a line for each file
   */
  public Fetcher(Path folder, Consumer<String> log) {
    this.folder = folder;
    this.log = log;
  }

  /**
   * Fetches all files of a data set.
   *
   * @return the files, downloaded now or before
   * @throws DataException when a file cannot be had or is not the published one
   * @throws OutputException when the folder cannot be written
   */
  public List<Path> fetch(DatasetSource source) {
    if (source.downloads().isEmpty()) {
      throw new DataException(source.name() + ": has no files to download");
    }
    List<Path> files = new ArrayList<>();
    for (Download download : source.downloads()) {
      Path target = folder.resolve(source.name()).resolve(download.fileName());
      try {
        files.addAll(
            download.unpacked().isEmpty() ? file(download, target) : archive(download, target));
      } catch (IOException e) {
        throw new OutputException(target, "cannot be written", e);
      }
    }
    return files;
  }

  private List<Path> file(Download download, Path target) throws IOException {
    if (Files.exists(target) && sha256(target).equals(download.sha256())) {
      log.accept(target + ": is there already");
    } else {
      log.accept(target + ": downloading " + download.address());
      Files.createDirectories(target.getParent());
      AtomicFile.write(target, channel -> download(download, channel));
    }
    return List.of(target);
  }

  private List<Path> archive(Download download, Path target) throws IOException {
    List<Path> files = download.unpacked().stream().map(target::resolveSibling).toList();
    if (files.stream().allMatch(Files::exists)) {
      log.accept(target.getParent() + ": is there already");
      return files;
    }
    file(download, target);
    try {
      unpack(target, files);
    } catch (IOException e) {
      throw new DataException(
          download.address() + ": cannot be unpacked beside " + target + " (" + e + ")", e);
    }
    Files.delete(target);
    return files;
  }

  private void download(Download download, FileChannel channel) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream body = open(download)) {
      for (int n = read(download, body, buffer); n >= 0; n = read(download, body, buffer)) {
        digest.update(buffer, 0, n);
        Channels.newOutputStream(channel).write(buffer, 0, n);
      }
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(download.sha256())) {
      throw new DataException(
          download.address() + ": expected SHA-256 " + download.sha256() + ", found " + found);
    }
  }

  private InputStream open(Download download) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(download.address()).timeout(TIMEOUT).build();
    HttpResponse<InputStream> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      throw unreachable(download, e);
    }
    if (response.statusCode() != 200) {
      response.body().close();
      throw new DataException(
          download.address() + ": expected HTTP status 200, found " + response.statusCode());
    }
    return response.body();
  }

  /** Errors of the network are the data's, those of the file that is written are not. */
  private static int read(Download download, InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw unreachable(download, e);
    }
  }

  private static DataException unreachable(Download download, IOException cause) {
    return new DataException(download.address() + ": cannot be fetched (" + cause + ")", cause);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void unpack(Path archive, List<Path> files) throws IOException {
    List<Path> missing = new ArrayList<>(files);
    try (InputStream in =
        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
      TarReader tar = new TarReader(in);
      for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
        Path file = archive.resolveSibling(entry.fileName());
        if (entry.isFile() && missing.remove(file)) {
          AtomicFile.write(file, channel -> tar.copyTo(Channels.newOutputStream(channel)));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new DataException(archive + ": expected to contain " + missing);
    }
  }
}
