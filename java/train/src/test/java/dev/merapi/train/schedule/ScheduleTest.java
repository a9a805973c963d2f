package dev.merapi.train.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  /** Four epochs of ten steps. */
  private static final Horizon HORIZON = new Horizon(10, 40);

  private static void assertFactors(Schedule schedule, double[] steps, double[] factors) {
    for (int i = 0; i < steps.length; i++) {
      assertThat(schedule.factor(HORIZON).eval(steps[i]))
          .as("%s at step %s", schedule, steps[i])
          .isEqualTo(factors[i], within(1e-12));
    }
  }

  @Test
  void constantStaysOne() {
    assertFactors(new Constant(), new double[] {0, 39, 100}, new double[] {1, 1, 1});
  }

  @Test
  void stepDropsEveryFewEpochs() {
    assertFactors(
        new Step(2, 0.5), new double[] {0, 19, 20, 39, 40}, new double[] {1, 1, 0.5, 0.5, 0.25});
    assertFactors(new Step(1), new double[] {9, 10, 25}, new double[] {1, 0.1, 0.01});
  }

  @Test
  void exponentialFallsAtEachEpoch() {
    assertFactors(
        new Exponential(0.9), new double[] {0, 9, 10, 39}, new double[] {1, 1, 0.9, 0.729});
  }

  @Test
  void polynomialFallsToItsMinimum() {
    assertFactors(
        new Polynomial(2, 0.1),
        new double[] {0, 10, 39, 40, 50},
        new double[] {1, 0.60625, 0.1005625, 0.1, 0.1});
    assertFactors(new Polynomial(1), new double[] {0, 10, 40}, new double[] {1, 0.75, 0});
  }

  @Test
  void inversePolynomialFallsForEver() {
    assertFactors(
        new InversePolynomial(2, 4, 0.5),
        new double[] {0, 5, 12, 396},
        new double[] {1, 2 / 3.0, 0.5, 0.1});
    assertFactors(
        new InversePolynomial(1, 1, 1),
        new double[] {0, 1, 9, 99},
        new double[] {1, 0.5, 0.1, 0.01});
  }

  @Test
  void piecewiseHasAFactorForEachPart() {
    assertFactors(
        new Piecewise(List.of(1.0, 2.5), List.of(1.0, 0.3, 0.02)),
        new double[] {0, 9, 10, 24, 25, 39, 50},
        new double[] {1, 1, 0.3, 0.3, 0.02, 0.02, 0.02});
    assertFactors(
        new Piecewise(List.of(), List.of(0.5)), new double[] {0, 39}, new double[] {0.5, 0.5});
  }

  /** PyTorch: CyclicLR(SGD(lr=0.1), 0.1, 0.5, step_size_up=4, mode=...), over the base rate. */
  @Test
  void cyclicGoesUpAndDown() {
    double[] steps = {0, 1, 3, 4, 5, 7, 8, 10, 12, 13, 16, 17};
    assertFactors(new Cyclic(4, 5), steps, new double[] {1, 2, 4, 5, 4, 2, 1, 3, 5, 4, 1, 2});
    assertFactors(
        new Cyclic(4, 5).decay(0.5), steps, new double[] {1, 2, 4, 5, 4, 2, 1, 2, 3, 2.5, 1, 1.25});
  }

  @Test
  void cosineFallsToItsMinimum() {
    assertFactors(
        new Cosine(0.1),
        new double[] {0, 10, 20, 39, 40, 50},
        new double[] {1, 0.8681980515339464, 0.55, 0.10138719982009242, 0.1, 0.1});
    assertFactors(new Cosine(), new double[] {20, 40}, new double[] {0.5, 0});
  }

  @Test
  void warmUpGrowsAndThenFollowsTheOtherScheduleFromItsStart() {
    assertFactors(
        new WarmUp(8).then(new Polynomial(1)),
        new double[] {0, 3, 7, 8, 24, 40},
        new double[] {0.125, 0.5, 1, 1, 0.5, 0});
    assertFactors(
        new WarmUp(0, 2, new Step(1, 0.1)),
        new double[] {0, 19, 20, 29, 30},
        new double[] {0.05, 1, 1, 1, 0.1});
    assertFactors(new WarmUp(80), new double[] {39, 80}, new double[] {0.5, 1});
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> new Step(0)).hasMessage("stepSize must be at least 1 epoch, found 0");
    assertThatThrownBy(() -> new Step(1, 0)).hasMessageContaining("gamma must be above 0");
    assertThatThrownBy(() -> new Exponential(-1)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> new Polynomial(0)).hasMessageContaining("power");
    assertThatThrownBy(() -> new Polynomial(1, -1)).hasMessageContaining("minFactor");
    assertThatThrownBy(() -> new Cosine(2)).hasMessageContaining("minFactor");
    assertThatThrownBy(() -> new InversePolynomial(1, 0, 1))
        .hasMessage("beta must be above 0, found 0.0");
    assertThatThrownBy(() -> new Piecewise(List.of(2.0, 1.0), List.of(1.0, 1.0, 1.0)))
        .hasMessage("boundaries must be ascending and above 0, found [2.0, 1.0]");
    assertThatThrownBy(() -> new Piecewise(List.of(2.0), List.of(1.0)))
        .hasMessage(
            "factors must be one more than boundaries and at least 0, found [1.0] for boundaries"
                + " [2.0]");
    assertThatThrownBy(() -> new Cyclic(0, 2))
        .hasMessage("stepSize must be at least 1 step, found 0");
    assertThatThrownBy(() -> new Cyclic(1, 0.5)).hasMessageContaining("maxFactor");
    assertThatThrownBy(() -> new Cyclic(1, 2, 0)).hasMessageContaining("decay");
    assertThatThrownBy(() -> new WarmUp(0)).hasMessageContaining("steps 0, epochs 0");
    assertThatThrownBy(() -> new Horizon(0, 1)).hasMessageContaining("0 per epoch");
  }
}
