package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.optimizer.Sgd;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step of the zoo's networks on cuda, over the stand-in libraries, is the reference's. */
class CudaZooTest {
  /**
   * The last layers see images of one pixel: the statistics of two of them would make signs of
   * differences, which rounding decides.
   */
  private static final int NORMALIZED = 8;

  /** Of the largest change: rounding grows through the depth of a network. */
  private static final double UPDATE_TOLERANCE = 1e-3;

  @BeforeEach
  void require() {
    StandIn.require();
  }

  static Stream<Zoo> quick() {
    return Stream.of(Zoo.ALL.get(0));
  }

  /** Convolutions of millions of weights take the stand-in many seconds. */
  static Stream<Zoo> others() {
    return Zoo.ALL.stream().skip(1);
  }

  @ParameterizedTest
  @MethodSource("quick")
  void aStepIsTheReferences(Zoo zoo) {
    step(zoo);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("others")
  void aStepOfTheOthersIsTheReferences(Zoo zoo) {
    step(zoo);
  }

  private static double difference(HostTensor a, HostTensor b) {
    return IntStream.range(0, a.elements())
        .mapToDouble(i -> Math.abs(a.get(i) - b.get(i)))
        .max()
        .orElseThrow();
  }

  private static void step(Zoo zoo) {
    Batch batch = zoo.smallImages(zoo.normalizesBatches() ? NORMALIZED : 2);
    try (Backend cuda = Backends.open("cuda");
        Backend reference = Backends.open("reference");
        Trainer actual = zoo.small(cuda, batch, new Sgd(0.01));
        Trainer expected = zoo.small(reference, batch, new Sgd(0.01))) {
      // The gradient of the first layer has come through all others.
      String first = expected.weightNames().get(0);
      HostTensor before = expected.weight(first);
      actual.step(batch);
      expected.step(batch);
      assertThat(actual.requireFinite()).isCloseTo(expected.requireFinite(), within(1e-3));
      HostTensor after = expected.weight(first);
      assertThat(difference(actual.weight(first), after))
          .isLessThan(UPDATE_TOLERANCE * difference(before, after));
    }
    assertThat(StandIn.LIVE_ALLOCATIONS.read()).as("allocations that live on").isZero();
  }
}
