package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.runtime.Backends;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the models with a memory learn of made-up data. */
@Tag("slow")
class MemoryModelsTest {
  private final long start = System.nanoTime();

  @BeforeEach
  void requireDevice() {
    assumeTrue(Backends.availability().get("cpu").usable());
  }

  @Test
  void memoryNetworkAnswersQuestions() throws Exception {
    TrainedJob trained = TrainedJob.of("memory-network", List.of());
    Results.keep("memory-network", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.95);
  }
}
