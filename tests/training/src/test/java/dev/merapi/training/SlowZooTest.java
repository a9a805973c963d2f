package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of the zoo's networks at full size; the results are kept in {@code tests/RESULTS.md}. */
@Tag("slow")
class SlowZooTest {
  private final long start = System.nanoTime();

  static List<Zoo> all() {
    return Zoo.ALL;
  }

  /** The second step: in the first one, the memory is touched for the first time. */
  @ParameterizedTest
  @MethodSource("all")
  void aStepAtFullSize(Zoo zoo) throws Exception {
    assumeTrue(Backends.availability().get("cpu").usable());
    Batch batch = zoo.fullImages(2);
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = zoo.full(backend, batch)) {
      trainer.step(batch);
      trainer.requireFinite();
      long begin = System.nanoTime();
      trainer.step(batch);
      double loss = trainer.requireFinite();
      double milliseconds = (System.nanoTime() - begin) * 1e-6;
      String result =
          "%.0f ms, %,d MB, %,d parameters"
              .formatted(
                  milliseconds,
                  trainer.trainingProgram().memory().totalBytes() >> 20,
                  trainer.parameters());
      Results.keep("a step of " + zoo + " at full size, batch 2", result, start);
      assertThat(loss).isPositive();
    }
  }
}
