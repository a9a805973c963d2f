package dev.merapi.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Reads event files by the definition of TFRecord, and holds all sums against a CRC of its own. */
final class EventReader {
  private EventReader() {}

  /** The event files of a folder, in the order of names. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** The events of all files of a folder. */
  static List<Fields> events(Path folder) throws IOException {
    List<Fields> events = new ArrayList<>();
    for (Path file : files(folder)) {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        byte[] length = new byte[8];
        in.get(length);
        assertThat(in.getInt()).isEqualTo(maskedCrc(length));
        byte[] data = new byte[(int) in.getLong(in.position() - 12)];
        in.get(data);
        assertThat(in.getInt()).isEqualTo(maskedCrc(data));
        events.add(Fields.of(data));
      }
    }
    return events;
  }

  static int maskedCrc(byte[] data) {
    int crc = crc32c(data);
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  /** Bit by bit, by the reversed polynomial of Castagnoli. */
  static int crc32c(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
      }
    }
    return ~crc;
  }

  /** The summary's values with a tag, over all events. */
  static List<Fields> values(List<Fields> events, String tag) {
    return events.stream()
        .filter(event -> event.has(5))
        .flatMap(event -> event.message(5).messages(1).stream())
        .filter(value -> value.text(1).equals(tag))
        .toList();
  }

  /** The steps of the summaries that have a value with a tag. */
  static List<Long> steps(List<Fields> events, String tag) {
    return events.stream()
        .filter(event -> !values(Arrays.asList(event), tag).isEmpty())
        .map(event -> event.number(2))
        .toList();
  }
}
