package dev.merapi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.StepResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter log = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();
  private final Progress progress = new Progress(new PrintWriter(log), false, 7.6, nanos::get);

  private static StepResult at(long steps, double loss) {
    return new StepResult(1, steps, loss, 9, 9, 9, 1234.4);
  }

  /** 2 epochs of 100 steps; 50 of them took 10 s, so the 149 that are left take 29.8 s. */
  @Test
  void aMessageTellsLossSpeedTimeLeftAndMemory() {
    progress.onEpochStart(1, 2, 100);
    progress.onStep(1);
    assertThat(progress.message(at(1, 2), 100)).doesNotContain("left");
    nanos.set(10_000_000_000L);
    progress.onStep(51);
    assertThat(progress.message(at(51, 0.25), 512.4))
        .isEqualTo("loss 0.2500, 1234 samples/s, 0:00:30 left, 512 MB, device 8 MB");
  }

  @Test
  void theAccuracyIsThatOfTheLastValidation() {
    progress.onEpochStart(1, 2, 100);
    HostTensor accuracy = HostTensor.of(Shape.of(), 0.875);
    Evaluation validation = new Evaluation(0.5, 10, Map.of("accuracy", accuracy));
    progress.onEpochEnd(new EpochResult(1, 100, 0.75, 1, 0.1, 2000, Optional.of(validation)));
    assertThat(log.toString().strip())
        .isEqualTo(
            "epoch 1/2: train loss 0.7500, validation loss 0.5000, accuracy 0.8750, 2000 samples/s");
    assertThat(progress.message(at(101, 1), 1)).startsWith("loss 1.0000, accuracy 0.8750, 1234 ");
  }

  /** An hour a step: 100 steps of which the 60th was the first that this process took. */
  @Test
  void aResumedTrainingTakesItsTimeFromItsOwnSteps() {
    progress.onEpochStart(3, 4, 25);
    progress.onStep(60);
    nanos.set(3_600_000_000_000L);
    progress.onStep(61);
    assertThat(progress.message(at(61, 1), 1)).contains(", 39:00:00 left,");
  }
}
