package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.merapi.train.data.Cifar10;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.Download;
import dev.merapi.train.data.Mnist;
import dev.merapi.train.data.Xor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FetcherTest {
  /** The SHA-256 of "hello", as sha256sum prints it. */
  private static final String HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir private Path root;
  private final List<String> log = new ArrayList<>();
  private final Map<String, byte[]> published = new HashMap<>();
  private int requests;
  private int missingBytes;
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = HttpServer.create(address, 0);
    server.createContext(
        "/",
        exchange -> {
          requests++;
          byte[] body = published.get(exchange.getRequestURI().getPath());
          if (body == null) {
            exchange.sendResponseHeaders(404, -1);
          } else {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body, 0, body.length - missingBytes);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private String address(String path) {
    return "http://"
        + server.getAddress().getAddress().getHostAddress()
        + ":"
        + server.getAddress().getPort()
        + path;
  }

  private List<Path> fetch(Download... downloads) {
    DatasetSource source =
        new DatasetSource() {
          @Override
          public String name() {
            return "greeting";
          }

          @Override
          public List<Download> downloads() {
            return List.of(downloads);
          }

          @Override
          public Dataset open(String split, DataDirectories where) {
            throw new UnsupportedOperationException(split);
          }
        };
    return new Fetcher(root, log::add).fetch(source);
  }

  private List<Path> files() throws IOException {
    Path folder = root.resolve("greeting");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void aFileIsDownloadedOnce() throws IOException {
    published.put("/a/hello.txt", "hello".getBytes(StandardCharsets.UTF_8));
    Download download = Download.file(address("/a/hello.txt"), HELLO);
    Path file = root.resolve("greeting/hello.txt");
    assertThat(fetch(download)).containsExactly(file);
    assertThat(file).hasContent("hello");
    assertThat(fetch(download)).containsExactly(file);
    assertThat(requests).isEqualTo(1);
    assertThat(log).hasSize(2).last().asString().contains("is there already");
    Files.writeString(file, "damaged");
    fetch(download);
    assertThat(file).hasContent("hello");
    assertThat(files()).containsExactly(file);
  }

  private void assertFault(Download download, String... parts) throws IOException {
    assertThatThrownBy(() -> fetch(download))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(download.address().toString())
        .hasMessageContainingAll(parts);
    assertThat(files()).isEmpty();
  }

  @Test
  void faultsAreNamedAndLeaveNothing() throws IOException {
    published.put("/hello.txt", "Hello".getBytes(StandardCharsets.UTF_8));
    assertFault(
        Download.file(address("/hello.txt"), HELLO), "expected SHA-256 " + HELLO, "found 185f8db");
    assertFault(Download.file(address("/other.txt"), HELLO), "status 200, found 404");
    published.put("/hello.txt", "hello".getBytes(StandardCharsets.UTF_8));
    missingBytes = 2;
    assertFault(Download.file(address("/hello.txt"), HELLO), "cannot be fetched");
    server.stop(0);
    assertFault(Download.file(address("/hello.txt"), HELLO), "ConnectException");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoFaultOfTheData() throws IOException {
    published.put("/hello.txt", "hello".getBytes(StandardCharsets.UTF_8));
    Files.writeString(root.resolve("greeting"), "in the way");
    assertThatThrownBy(() -> fetch(Download.file(address("/hello.txt"), HELLO)))
        .isInstanceOf(OutputException.class)
        .hasMessageStartingWith(root.resolve("greeting/hello.txt") + ": cannot be written (");
    assertThat(requests).isZero();
  }

  /** A tar archive's entry: header, content, zeros up to a whole block. */
  private static byte[] entry(String name, char type, String content) {
    byte[] bytes = new byte[512 + (content.length() + 511) / 512 * 512];
    put(bytes, 0, name);
    put(bytes, 124, String.format("%011o", content.length()));
    bytes[156] = (byte) type;
    put(bytes, 512, content);
    return bytes;
  }

  private static void put(byte[] bytes, int at, String text) {
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, bytes, at, text.length());
  }

  private Download archive(byte[] tar, String... unpacked) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(tar);
    }
    published.put("/set.tar.gz", bytes.toByteArray());
    return Download.archive(address("/set.tar.gz"), sha256(bytes.toByteArray()), List.of(unpacked));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  @Test
  void anArchiveIsUnpackedAndRemoved() throws IOException {
    byte[] tar =
        concat(
            entry("set/", '5', ""),
            entry("set/a.bin", '0', "first"),
            entry("set/readme", '0', "x".repeat(600)),
            entry("set/../../b.bin", '0', "y".repeat(512)),
            new byte[1024]);
    Download download = archive(tar, "a.bin", "b.bin");
    Path a = root.resolve("greeting/a.bin");
    Path b = root.resolve("greeting/b.bin");
    assertThat(fetch(download)).containsExactly(a, b);
    assertThat(a).hasContent("first");
    assertThat(b).hasContent("y".repeat(512));
    assertThat(files()).containsExactly(a, b);
    fetch(download);
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void aDamagedArchiveIsNamed() throws IOException {
    byte[] whole = concat(entry("a.bin", '0', "first"), new byte[1024]);
    assertThatThrownBy(() -> fetch(archive(whole, "b.bin")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected to contain [" + root.resolve("greeting/b.bin"));
    assertThatThrownBy(() -> fetch(archive(Arrays.copyOf(whole, 514), "a.bin")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("truncated");
    byte[] odd = whole.clone();
    odd[124] = '9';
    assertThatThrownBy(() -> fetch(archive(odd, "a.bin"))).hasMessageContaining("damaged");
    assertThat(root.resolve("greeting/a.bin")).doesNotExist();
  }

  @Test
  void theKnownDataSetsHavePinnedAddresses() {
    for (DatasetSource source : List.of(new Mnist(), new Cifar10())) {
      assertThat(source.downloads())
          .isNotEmpty()
          .allSatisfy(d -> assertThat(d.address().getScheme()).isEqualTo("https"))
          .allSatisfy(d -> assertThat(d.sha256()).matches("[0-9a-f]{64}"));
    }
    assertThatThrownBy(() -> new Fetcher(root, log::add).fetch(new Xor(1)))
        .isInstanceOf(DataException.class)
        .hasMessage("xor: has no files to download");
  }
}
