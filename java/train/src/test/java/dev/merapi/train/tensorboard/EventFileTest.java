package dev.merapi.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.train.io.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir private Path folder;

  /** The check value of CRC-32C, and that of RFC 3720 for 32 zeros. */
  @Test
  void theReaderOfTheseTestsKnowsItsSum() {
    assertThat(EventReader.crc32c("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0xE3069283);
    assertThat(EventReader.crc32c(new byte[32])).isEqualTo(0x8A9136AA);
  }

  private static Message scalar(double value) {
    return new Message().message(1, new Message().text(1, "x").single(2, value));
  }

  @Test
  void anEventIsInTheFileOnceItIsFlushed() throws IOException {
    try (EventFile file = EventFile.create(folder)) {
      file.summary(7, scalar(0.5));
      file.flush();
      List<Fields> events = EventReader.events(folder);
      assertThat(events).hasSize(2);
      assertThat(events.get(0).text(3)).isEqualTo("brain.Event:2");
      assertThat(events.get(1).number(2)).isEqualTo(7);
      assertThat(events.get(1).real(1)).isBetween(1.6e9, 1e11);
      Fields value = EventReader.values(events, "x").get(0);
      assertThat(value.real(2)).isEqualTo(0.5);
    }
    assertThat(EventReader.files(folder)).hasSize(1);
    assertThat(EventReader.files(folder).get(0).getFileName().toString()).contains("tfevents");
  }

  @Test
  void aResumedRunHasNoStepTwice() throws IOException {
    try (EventFile file = EventFile.create(folder)) {
      for (int step = 1; step <= 5; step++) {
        file.summary(step, scalar(step));
      }
    }
    Path cut = EventReader.files(folder).get(0);
    byte[] half = Arrays.copyOf(Files.readAllBytes(cut), 21);
    Files.write(cut, half, StandardOpenOption.APPEND);
    try (EventFile file = EventFile.resume(folder, 3)) {
      file.summary(4, scalar(40));
    }
    List<Fields> events = EventReader.events(folder);
    assertThat(EventReader.steps(events, "x")).containsExactly(1L, 2L, 3L, 4L);
    assertThat(EventReader.values(events, "x").get(3).real(2)).isEqualTo(40);
    Fields start = events.stream().filter(event -> event.has(7)).findFirst().orElseThrow();
    assertThat(start.number(2)).isEqualTo(4);
    assertThat(start.message(7).number(1)).isEqualTo(1);
    assertThat(EventReader.files(folder)).hasSize(2);
  }

  /** Behind damage nothing can be found, and a whole file is not touched. */
  @Test
  void aDamagedFileKeepsWhatIsBeforeTheDamage() throws IOException {
    try (EventFile file = EventFile.create(folder)) {
      file.summary(1, scalar(1));
      file.summary(2, scalar(2));
    }
    Path damaged = EventReader.files(folder).get(0);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 6] ^= 1;
    Files.write(damaged, bytes);
    EventFile.resume(folder, 9).close();
    assertThat(EventReader.steps(EventReader.events(folder), "x")).containsExactly(1L);
    byte[] whole = Files.readAllBytes(damaged);
    EventFile.resume(folder, 9).close();
    assertThat(damaged).hasBinaryContent(whole);
  }

  @Test
  void aNewRunReplacesAnOldOneAndNothingElse() throws IOException {
    EventFile.create(folder).close();
    Files.writeString(folder.resolve("notes.txt"), "x");
    EventFile.create(folder).close();
    assertThat(EventReader.files(folder)).hasSize(2).contains(folder.resolve("notes.txt"));
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> EventFile.create(file)).isInstanceOf(OutputException.class);
    assertThatThrownBy(() -> EventFile.resume(file.resolve("below"), 1))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("below");
  }
}
