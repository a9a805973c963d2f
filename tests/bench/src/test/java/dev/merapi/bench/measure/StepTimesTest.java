package dev.merapi.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTimesTest {
  @Test
  void withoutTimeOneStepCountsAndOneDoesNot() {
    Iterator<Double> losses = List.of(2.3, 2.2).iterator();
    StepTimes times = StepTimes.run(losses::next, 0);
    assertThat(losses).isExhausted();
    assertThat(times.firstLoss()).isEqualTo(2.3);
    assertThat(times.lastLoss()).isEqualTo(2.2);
    assertThat(times.milliseconds()).hasSize(1);
    assertThat(times.firstStepSeconds()).isPositive();
  }

  @Test
  void speedIsStepsOverTheirTime() {
    StepTimes times = new StepTimes(1, 2, 1, List.of(10.0, 20.0, 10.0));
    assertThat(times.stepsPerSecond()).isCloseTo(75, within(1e-9));
  }

  @Test
  void theProcessKnowsItsMemoryAndAge() {
    assertThat(ThisProcess.peakMegabytes()).isGreaterThan(10);
    assertThat(ThisProcess.ageSeconds()).isBetween(0.01, 3600.0);
  }
}
