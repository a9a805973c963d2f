package dev.merapi.train.plateau;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/**
 * The golden scales are the learning rates that PyTorch's {@code ReduceLROnPlateau} gives an
 * optimizer whose rate was 1:
 *
 * <pre>
 * s = torch.optim.lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=1)
 * for v in LOSSES: s.step(v); print(o.param_groups[0]['lr'])
 * </pre>
 */
class PlateauTest {
  private static final double[] LOSSES = {
    1.0, 0.9, 0.95, 0.9, 0.89999, 0.91, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9, 0.84
  };

  private static double[] scales(ReduceOnPlateau rule, double... values) {
    double[] scales = new double[values.length];
    ReduceOnPlateau.State state = rule.start();
    for (int i = 0; i < values.length; i++) {
      state = rule.next(state, values[i]);
      scales[i] = state.scale();
    }
    return scales;
  }

  @Test
  void theLearningRateFallsAsInPyTorch() {
    ReduceOnPlateau rule = new ReduceOnPlateau(0.5, 1);
    assertThat(scales(rule, LOSSES))
        .containsExactly(1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.0625);
    assertThat(scales(rule.cooldown(2), LOSSES))
        .containsExactly(1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25);
    assertThat(scales(new ReduceOnPlateau(0.1, 0).minScale(0.02).threshold(0.1), LOSSES))
        .containsExactly(
            new double[] {1, 0.1, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02},
            within(1e-12));
    assertThat(
            scales(rule.metric("validation_accuracy"), 0.5, 0.6, 0.6, 0.60001, 0.59, 0.7, 0.7, 0.7))
        .containsExactly(1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25);
  }

  /** The epoch after which a training ends, from 1, and the best one; 0 for never. */
  private static int[] stop(EarlyStopping rule, double... values) {
    EarlyStopping.State state = rule.start();
    for (int epoch = 1; epoch <= values.length; epoch++) {
      state = rule.next(state, epoch, values[epoch - 1]);
      if (rule.stops(state)) {
        return new int[] {epoch, state.bestEpoch()};
      }
    }
    return new int[] {0, state.bestEpoch()};
  }

  @Test
  void aTrainingEndsAfterEpochsThatAreNoBetter() {
    EarlyStopping rule = new EarlyStopping(2);
    assertThat(stop(rule, 3, 2, 1, 0.5)).containsExactly(0, 4);
    assertThat(stop(rule, 3, 2, 2.5, 1, 1, 1, 0)).containsExactly(6, 4);
    assertThat(stop(rule.minDelta(0.5), 3, 2, 1.6, 1.5, 0)).containsExactly(4, 2);
    assertThat(stop(rule, 1, Double.NaN, Double.NaN)).containsExactly(3, 1);
    assertThat(stop(new EarlyStopping(1), Double.NaN)).containsExactly(1, 0);
  }

  @Test
  void largeValuesOfAnAccuracyAreBetter() {
    EarlyStopping rule = new EarlyStopping(2).metric("validation_accuracy");
    assertThat(stop(rule, 0.5, 0.6, 0.6, 0.55)).containsExactly(4, 2);
    assertThat(stop(rule.minDelta(0.2), 0.5, 0.6, 0.7)).containsExactly(3, 1);
    assertThat(stop(rule.mode(Mode.MIN), 0.5, 0.6, 0.6)).containsExactly(3, 1);
    double[] falling = DoubleStream.of(3, 2, 1).toArray();
    assertThat(stop(new EarlyStopping(2).mode(Mode.MAX), falling)).containsExactly(3, 1);
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> new EarlyStopping(0))
        .hasMessage("patience must be at least 1, found 0");
    assertThatThrownBy(() -> new EarlyStopping(1).minDelta(-1)).hasMessageContaining("minDelta");
    assertThatThrownBy(() -> new ReduceOnPlateau(1, 1))
        .hasMessage("factor must be above 0 and below 1, found 1.0");
    assertThatThrownBy(() -> new ReduceOnPlateau(0.5, -1)).hasMessageContaining("patience");
    assertThatThrownBy(() -> new ReduceOnPlateau(0.5, 1).threshold(-1)).hasMessageContaining("-1");
  }
}
