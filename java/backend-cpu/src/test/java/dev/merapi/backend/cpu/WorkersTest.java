package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int PARTS = 10;

  @Test
  void everyPartRunsOnceInEveryLoop() {
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(PARTS);
      AtomicIntegerArray byWorker = new AtomicIntegerArray(3);
      for (int loop = 0; loop < 1000; loop++) {
        workers.run(
            PARTS,
            (worker, from, to) -> {
              for (int part = from; part < to; part++) {
                runs.incrementAndGet(part);
                byWorker.incrementAndGet(worker);
              }
            });
      }
      for (int part = 0; part < PARTS; part++) {
        assertThat(runs.get(part)).isEqualTo(1000);
      }
      assertThat(byWorker).hasToString("[3000, 3000, 4000]");
    }
  }

  @Test
  void aFailureComesBackToTheCallerOnce() {
    try (Workers workers = new Workers(2)) {
      Workers.Parts failing =
          (worker, from, to) -> {
            if (worker == 1) {
              throw new IllegalStateException("part " + from);
            }
          };
      assertThatThrownBy(() -> workers.run(2, failing)).hasMessage("part 1");
      workers.run(2, (worker, from, to) -> {});
    }
  }
}
