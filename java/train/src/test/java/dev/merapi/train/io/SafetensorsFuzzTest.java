package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Ten thousand files that are none, or nearly: each is read as what its bytes say, or is an error
 * that names it, and no memory is taken for what only a header claims.
 */
class SafetensorsFuzzTest {
  /** Beside the bytes of the file: what the reader, the JSON and an error need. */
  private static final long OWN_BYTES = 1 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Path file;
  private static byte[] valid;

  @BeforeContainer
  static void write() throws IOException {
    file = Files.createTempFile("fuzz", ".safetensors");
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("fc1.weight", HostTensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f));
    tensors.put("step", HostTensor.of(Shape.SCALAR, 7));
    tensors.put("empty", HostTensor.of(Shape.of(0, 3), new double[0]));
    tensors.put("bytes", HostTensor.of(Shape.of(3), (byte) 1, (byte) 2, (byte) 3));
    new Safetensors(tensors, Map.of("by", "a test")).write(file);
    valid = Files.readAllBytes(file);
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.delete(file);
  }

  @Property(
      tries = 10_000,
      seed = "1",
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.BOUNDED)
  void isReadOrRefused(@ForAll("files") byte[] bytes) throws IOException {
    Files.write(file, bytes);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Safetensors read = null;
    try {
      read = Safetensors.read(file);
    } catch (DataException e) {
      assertThat(e).hasMessageStartingWith(file + ": ");
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .as("bytes taken for a file of %d", bytes.length)
        .isLessThan(OWN_BYTES + 100L * bytes.length);
    if (read != null) {
      long data = read.tensors().values().stream().mapToLong(t -> t.type().bytes()).sum();
      assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() + 8 + data)
          .as("all bytes are those of the header and of tensors")
          .isEqualTo(bytes.length);
      read.write(file);
      assertThat(Safetensors.read(file)).isEqualTo(read);
    }
  }

  @Provide
  Arbitrary<byte[]> files() {
    return Arbitraries.frequencyOf(
        Tuple.of(1, noise()),
        Tuple.of(2, absurdLengths()),
        Tuple.of(4, mutations()),
        Tuple.of(4, headers()));
  }

  private static Arbitrary<byte[]> noise() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
  }

  private static Arbitrary<byte[]> absurdLengths() {
    Arbitrary<Long> lengths =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(0, 300),
            Arbitraries.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 32, 100_000_000L));
    return Combinators.combine(lengths, noise())
        .as(
            (length, rest) ->
                ByteBuffer.allocate(8 + rest.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .put(rest)
                    .array());
  }

  /** A valid file of which some bytes are others, or the end is missing. */
  private static Arbitrary<byte[]> mutations() {
    Arbitrary<List<Integer>> places = Arbitraries.integers().between(0, 1000).list().ofMaxSize(3);
    Arbitrary<Byte> values = Arbitraries.bytes();
    Arbitrary<Integer> lengths = Arbitraries.integers().between(0, 400);
    return Combinators.combine(places, values, lengths)
        .as(
            (at, value, length) -> {
              byte[] bytes = Arrays.copyOf(valid, Math.min(valid.length, length));
              for (int place : at) {
                if (bytes.length > 0) {
                  bytes[place % bytes.length] = value;
                }
              }
              return bytes;
            });
  }

  /** Headers that are JSON with numbers, names and types of all kinds, before some bytes. */
  private static Arbitrary<byte[]> headers() {
    Arbitrary<String> numbers =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 16).map(String::valueOf),
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.of(
                "-0",
                "1e3",
                "1.5",
                "1e999",
                "null",
                "\"4\"",
                "9223372036854775807",
                "[]",
                "{}",
                "4294967296"));
    Arbitrary<String> arrays =
        numbers.list().ofMaxSize(4).map(list -> "[" + String.join(",", list) + "]");
    Arbitrary<String> dtypes =
        Arbitraries.of("\"F32\"", "\"F64\"", "\"I32\"", "\"U8\"", "\"BF16\"", "\"\"", "1", "null");
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of("a", "b", "__metadata__", "", "\\u0000", "\\ud800", "a/b"),
            Arbitraries.strings().ascii().excludeChars('"', '\\').ofMaxLength(5));
    Arbitrary<String> entry =
        Combinators.combine(names, dtypes, arrays, arrays)
            .as("\"%s\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}"::formatted);
    Arbitrary<String> json =
        entry.list().ofMaxSize(3).map(entries -> "{" + String.join(",", entries) + "}");
    return Combinators.combine(json, Arbitraries.integers().between(0, 64))
        .as(SafetensorsFuzzTest::file);
  }

  private static byte[] file(String json, int dataBytes) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }
}
