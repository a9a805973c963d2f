package dev.merapi.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two hundred damaged checkpoints: each is refused with a message that names the file, and nothing
 * of it is loaded. Those that are sealed have sums that fit, so that it is the readers behind the
 * sums that find the damage.
 */
class DamagedCheckpointTest {
  private static final int COUNT = 200;
  private static final String GOOD = "000020";
  private static final String OTHER = "000010";
  private static final String JSON = "checkpoint.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String STATE = "state.safetensors";
  private static final String SUMS = "SHA256SUMS";
  private static final List<String> FILES = List.of(JSON, STATE, WEIGHTS, SUMS);
  private static final List<String> TENSORS = List.of(STATE, WEIGHTS);

  private static final List<String> ABSURD =
      List.of(
          "-1",
          "2147483647",
          "2147483648",
          "-9223372036854775808",
          "1e400",
          "99999999999999999999",
          "1.5",
          "\"1\"",
          "null",
          "true",
          "[]",
          "{}");

  @TempDir private static Path written;
  private static Backend backend;
  private static Trainer trainer;
  private static Map<String, HostTensor> untouched;

  @TempDir private Path root;
  private Path folder;

  /** Does something to a folder. */
  @FunctionalInterface
  private interface Damage {
    void to(Path folder, SplittableRandom random) throws IOException;
  }

  private static final List<Damage> KINDS =
      List.of(
          DamagedCheckpointTest::truncate,
          DamagedCheckpointTest::flipABit,
          DamagedCheckpointTest::lose,
          DamagedCheckpointTest::swap,
          sealed(DamagedCheckpointTest::truncateTensors),
          sealed(DamagedCheckpointTest::truncateJson),
          sealed(DamagedCheckpointTest::swapTensors),
          sealed(DamagedCheckpointTest::takeTheStateOfAnotherStep),
          sealed(DamagedCheckpointTest::claimAHeader),
          sealed(DamagedCheckpointTest::claimAShape),
          sealed(DamagedCheckpointTest::renameATensor),
          sealed(DamagedCheckpointTest::setAnAbsurdVersion),
          sealed(DamagedCheckpointTest::setAnAbsurdNumber),
          sealed(DamagedCheckpointTest::setAnAbsurdEntry),
          sealed(DamagedCheckpointTest::writeOtherJson),
          sealed(DamagedCheckpointTest::changeASetting),
          DamagedCheckpointTest::fillWithNoise,
          DamagedCheckpointTest::rename);

  @BeforeAll
  static void train() {
    backend = Backends.open("reference");
    CheckpointTest.write(backend, written, 10);
    trainer = new Trainer(backend, CheckpointTest.config(), CheckpointTest.POINTS);
    untouched = trainer.weights();
  }

  @AfterAll
  static void close() {
    trainer.close();
    backend.close();
  }

  @BeforeEach
  void copy() throws IOException {
    folder = copy(written.resolve(GOOD), root.resolve(GOOD));
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String file : FILES) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
    return to;
  }

  private static void load(Path folder) {
    Checkpoint.read(folder).restore(trainer, CheckpointTest.config().settings());
  }

  @Test
  void anUndamagedOneLoads() {
    try (Trainer other = new Trainer(backend, CheckpointTest.config(), CheckpointTest.POINTS)) {
      Checkpoint.read(folder).restore(other, CheckpointTest.config().settings());
      assertThat(other.steps()).isEqualTo(20);
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, COUNT);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isRefused(int seed) throws IOException {
    KINDS.get(seed % KINDS.size()).to(folder, new SplittableRandom(seed));
    Path damaged = folder;
    if (!Files.exists(folder)) {
      try (Stream<Path> children = Files.list(root)) {
        damaged = children.findFirst().orElse(folder);
      }
    }
    Path read = damaged;
    Throwable refusal = catchThrowable(() -> load(read));
    assertThat(refusal)
        .as("seed %d", seed)
        .isInstanceOfAny(DataException.class, CheckpointMismatchException.class)
        .hasMessageStartingWith(damaged.toString());
    boolean isMismatch = refusal instanceof CheckpointMismatchException;
    assertThat(refusal.getMessage().lines().count()).isGreaterThanOrEqualTo(isMismatch ? 2 : 1);
    if (!isMismatch) {
      assertThat(refusal.getMessage()).hasLineCount(1).hasSizeLessThan(1000);
    }
    assertThat(trainer.weights()).isEqualTo(untouched);
    assertThat(trainer.steps()).isZero();
  }

  // ---- damages ----

  private static Damage sealed(Damage damage) {
    return (folder, random) -> {
      damage.to(folder, random);
      Map<String, String> sums = new LinkedHashMap<>();
      for (String file : List.of(JSON, STATE, WEIGHTS)) {
        sums.put(file, Checksums.of(folder.resolve(file)));
      }
      Files.writeString(folder.resolve(SUMS), Checksums.toText(sums));
    };
  }

  private static <T> T any(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }

  private static void truncate(Path folder, SplittableRandom random) throws IOException {
    cut(folder.resolve(any(FILES, random)), random);
  }

  private static void truncateTensors(Path folder, SplittableRandom random) throws IOException {
    cut(folder.resolve(any(TENSORS, random)), random);
  }

  private static void truncateJson(Path folder, SplittableRandom random) throws IOException {
    cut(folder.resolve(JSON), random);
  }

  /** By more than a line break at the end, without which nothing is lost. */
  private static void cut(Path file, SplittableRandom random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length - 1)));
  }

  private static void flipABit(Path folder, SplittableRandom random) throws IOException {
    Path file = folder.resolve(any(FILES, random));
    byte[] bytes = Files.readAllBytes(file);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, bytes);
  }

  private static void fillWithNoise(Path folder, SplittableRandom random) throws IOException {
    byte[] noise = new byte[random.nextInt(5000)];
    random.nextBytes(noise);
    Files.write(folder.resolve(any(FILES, random)), noise);
  }

  private static void lose(Path folder, SplittableRandom random) throws IOException {
    Files.delete(folder.resolve(any(FILES, random)));
  }

  private static void rename(Path folder, SplittableRandom random) throws IOException {
    Files.move(folder, folder.resolveSibling("%06d".formatted(random.nextInt(21, 999_999))));
  }

  private static void swap(Path folder, SplittableRandom random) throws IOException {
    int first = random.nextInt(FILES.size());
    int second = (first + random.nextInt(1, FILES.size())) % FILES.size();
    swap(folder, FILES.get(first), FILES.get(second));
  }

  private static void swapTensors(Path folder, SplittableRandom random) throws IOException {
    swap(folder, STATE, WEIGHTS);
  }

  private static void swap(Path folder, String first, String second) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(first));
    Files.write(folder.resolve(first), Files.readAllBytes(folder.resolve(second)));
    Files.write(folder.resolve(second), bytes);
  }

  private static void takeTheStateOfAnotherStep(Path folder, SplittableRandom random)
      throws IOException {
    byte[] other = Files.readAllBytes(written.resolve(OTHER).resolve(STATE));
    Files.write(folder.resolve(STATE), other);
  }

  private static void claimAHeader(Path folder, SplittableRandom random) throws IOException {
    long size = Files.size(folder.resolve(WEIGHTS));
    List<Long> lengths =
        List.of(
            -1L, 0L, 1L, size, size - 7, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 100_000_000L);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(WEIGHTS).toFile(), "rw")) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.write(length.putLong(any(lengths, random)).array());
    }
  }

  private static void claimAShape(Path folder, SplittableRandom random) throws IOException {
    List<String> shapes =
        List.of("[99999,99999]", "[-6]", "[2147483647]", "[7]", "[]", "[6,0]", "[1e9]", "[\"6\"]");
    header(folder, "\"shape\":[6]", "\"shape\":" + any(shapes, random));
  }

  private static void renameATensor(Path folder, SplittableRandom random) throws IOException {
    List<String> names = List.of("dense9.bias", "", "control/step", "dense1.bias/mean", "\\u0000");
    header(folder, "dense1.bias", any(names, random));
  }

  /** Puts something else into the header, and corrects its length. */
  private static void header(Path folder, String old, String changed) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(WEIGHTS))).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    String json = new String(header, StandardCharsets.UTF_8);
    assertThat(json).contains(old);
    int at = json.indexOf(old);
    byte[] replaced =
        (json.substring(0, at) + changed + json.substring(at + old.length()))
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + replaced.length + bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(replaced.length).put(replaced).put(bytes);
    Files.write(folder.resolve(WEIGHTS), file.array());
  }

  private static void json(Path folder, String pattern, String changed) throws IOException {
    String json = Files.readString(folder.resolve(JSON));
    String other = json.replaceFirst(pattern, changed.replace("\\", "\\\\"));
    assertThat(other).isNotEqualTo(json);
    Files.writeString(folder.resolve(JSON), other);
  }

  private static void setAnAbsurdVersion(Path folder, SplittableRandom random) throws IOException {
    List<String> versions = List.of("0", "2", "99", "-1", "2147483648", "1.5", "\"1\"", "null");
    json(folder, "\"version\" : 1", "\"version\" : " + any(versions, random));
  }

  private static void setAnAbsurdNumber(Path folder, SplittableRandom random) throws IOException {
    String key = any(List.of("step", "epoch", "batches"), random);
    json(folder, "\"" + key + "\" : \\d+", "\"" + key + "\" : " + any(ABSURD, random));
  }

  private static void setAnAbsurdEntry(Path folder, SplittableRandom random) throws IOException {
    List<String> files =
        List.of(
            "null",
            "\"../000020/state.safetensors\"",
            "\"/etc/passwd\"",
            "\"..\"",
            "\".\"",
            "\"SHA256SUMS\"",
            "\"checkpoint.json\"",
            "\"\"",
            "3",
            "{}");
    json(folder, "\"state.safetensors\"", any(files, random));
  }

  private static void writeOtherJson(Path folder, SplittableRandom random) throws IOException {
    String json = Files.readString(folder.resolve(JSON));
    List<String> others =
        List.of(
            "null",
            "[]",
            "3",
            "{}",
            "",
            "\"x\"",
            json + json,
            "[".repeat(100_000),
            "\u0000",
            json.replaceFirst("\\{", "{\"step\": 20, "),
            json.replaceFirst("\\{", "{\"sudo\": 1, "),
            json.replaceFirst("merapi-checkpoint", "other"),
            json.replaceFirst("(?s)\"settings\" : \\{.*?\\}", "\"settings\" : null"),
            json.replaceFirst("(?s)\"entries\" : \\{.*?\\}", "\"entries\" : {}"),
            json.replaceFirst("(?s)\"environment\" : \\{.*?\\}", "\"environment\" : {\"a\": null}"),
            json.replaceFirst("\"best\" : null", "\"best\" : {\"step\": 21, \"loss\": 0.5}"));
    Files.writeString(folder.resolve(JSON), any(others, random));
  }

  private static void changeASetting(Path folder, SplittableRandom random) throws IOException {
    String key = any(List.of("model", "loss", "optimizer", "schedule", "batch", "seed"), random);
    json(folder, "\"" + key + "\" : \".*?\"", "\"" + key + "\" : \"another\"");
  }
}
