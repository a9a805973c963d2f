package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.optimizer.Sgd;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Averages of w and b over steps of y = w x + b from w = 3 and b = 0 at x = 2 with target 1: with
 * the error r = 2 w + b - 1 the gradients are 4 r and 2 r, so that a step of 1/20 halves r.
 *
 * <pre>
 * step   r      w          b
 * 0      5      3          0
 * 1      2.5    2          -0.5
 * 2      1.25   1.5        -0.75
 * 3      0.625  1.25       -0.875
 * </pre>
 */
class EmaTest {
  private static final double[] W = {3, 2, 1.5, 1.25};
  private static final double[] B = {0, -0.5, -0.75, -0.875};
  private static final TrainingConfig PLAIN = OneParameter.config(new Sgd(0.05)).epochs(3);

  private final Backend backend = Backends.open("reference");

  @AfterEach
  void close() {
    backend.close();
  }

  private void require(TrainingConfig config, double weight, double bias) {
    try (Trainer trainer = new Trainer(backend, config, OneParameter.DATA)) {
      Map<String, HostTensor> start =
          Map.of(
              "dense1.weight", HostTensor.of(Shape.of(1, 1), (float) W[0]),
              "dense1.bias", HostTensor.of(Shape.of(1), (float) B[0]));
      trainer.loadWeights(start);
      assertThat(trainer.weights()).isEqualTo(start);
      TrainingResult result = trainer.fit(OneParameter.DATA, OneParameter.DATA);
      assertThat(trainer.weight("dense1.weight").item()).isCloseTo(W[3], within(1e-5));
      assertThat(trainer.weight("dense1.bias").item()).isCloseTo(B[3], within(1e-5));
      assertThat(trainer.weights().get("dense1.weight").item()).isCloseTo(weight, within(1e-5));
      assertThat(trainer.weights().get("dense1.bias").item()).isCloseTo(bias, within(1e-5));
      double error = 2 * weight + bias - 1;
      assertThat(trainer.evaluate(OneParameter.DATA).loss()).isCloseTo(error * error, within(1e-4));
      assertThat(result.epochs().get(2).validation().orElseThrow().loss())
          .isCloseTo(error * error, within(1e-4));
      assertThat(result.epochs().get(2).trainLoss()).isCloseTo(1.25 * 1.25, within(1e-4));
    }
  }

  private static double average(double[] x, double second, double third) {
    double afterTwo = second * x[1] + (1 - second) * x[2];
    return third * afterTwo + (1 - third) * x[3];
  }

  @Test
  void evaluationsAndWeightsAreTheAverages() {
    require(PLAIN, W[3], B[3]);
    require(PLAIN.ema(new Ema(0.75)), average(W, 0.75, 0.75), average(B, 0.75, 0.75));
    require(PLAIN.ema(new Ema(0)), W[3], B[3]);
  }

  /** The second step keeps (1 + 1) / (10 + 1), the third (1 + 2) / (10 + 2), at most the decay. */
  @Test
  void theWarmUpForgetsTheBeginningSooner() {
    Ema ema = new Ema(0.999).warmUp(true);
    require(PLAIN.ema(ema), average(W, 2 / 11.0, 3 / 12.0), average(B, 2 / 11.0, 3 / 12.0));
    Ema short1 = new Ema(0.2).warmUp(true);
    require(PLAIN.ema(short1), average(W, 2 / 11.0, 0.2), average(B, 2 / 11.0, 0.2));
  }

  @Test
  void whatIsFrozenIsNotAveraged() {
    TrainingConfig config = PLAIN.ema(new Ema(0.5)).freeze("dense1.bias");
    try (Trainer trainer = new Trainer(backend, config, OneParameter.DATA)) {
      trainer.fit(OneParameter.DATA, null);
      assertThat(trainer.stateTypes())
          .containsKey("dense1.weight/ema")
          .doesNotContainKey("dense1.bias/ema");
      assertThat(trainer.weights().get("dense1.weight"))
          .isEqualTo(trainer.weight("dense1.weight/ema"));
    }
  }

  /** Averages are weights to whoever loads them. */
  @Test
  void aTrainerForEvaluationNeedsNoAverages() {
    TrainingConfig config = PLAIN.ema(new Ema(0.5));
    try (Trainer trained = new Trainer(backend, config, OneParameter.DATA);
        Trainer other = Trainer.forEvaluation(backend, config, OneParameter.DATA)) {
      trained.fit(OneParameter.DATA, null);
      other.loadWeights(trained.weights());
      assertThat(other.evaluate(OneParameter.DATA).loss())
          .isEqualTo(trained.evaluate(OneParameter.DATA).loss());
    }
  }

  @Test
  void theDecayIsChecked() {
    assertThatThrownBy(() -> new Ema(1))
        .hasMessage("decay must be at least 0 and below 1, found 1.0");
    assertThat(PLAIN.settings()).doesNotContainKey("ema");
    assertThat(PLAIN.ema(new Ema(0.5)).settings())
        .containsEntry("ema", "Ema[decay=0.5, warmUp=false]");
  }
}
