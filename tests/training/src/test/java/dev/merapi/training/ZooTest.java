package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.optimizer.Adam;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks of the zoo learn a few images by heart. */
class ZooTest {
  /** A quarter of what guessing among four classes costs. */
  private static final double KNOWN = Math.log(4) / 4;

  private static final int MOST_STEPS = 60;

  static Stream<Zoo> quick() {
    return Zoo.ALL.stream().filter(Zoo::quick);
  }

  static Stream<Zoo> others() {
    return Zoo.ALL.stream().filter(zoo -> !zoo.quick());
  }

  @ParameterizedTest
  @MethodSource("quick")
  void learnsFourImages(Zoo zoo) {
    learn(zoo);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("others")
  void othersLearnFourImages(Zoo zoo) {
    learn(zoo);
  }

  private static void learn(Zoo zoo) {
    assumeTrue(Backends.availability().get("cpu").usable());
    Batch batch = zoo.smallImages(4);
    // Ones as biases before thousands of units, as AlexNet had, need small steps.
    double rate = zoo.name().equals("alexnet-2012") ? 1e-4 : 3e-4;
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = zoo.small(backend, batch, new Adam(rate))) {
      double sum = 0;
      double loss = Double.MAX_VALUE;
      for (int step = 1; step <= MOST_STEPS && loss > KNOWN; step++) {
        trainer.step(batch);
        // What the trainer gives is the mean of all steps so far.
        loss = trainer.requireFinite() * step - sum;
        sum += loss;
      }
      assertThat(loss).isLessThanOrEqualTo(KNOWN);
    }
  }
}
