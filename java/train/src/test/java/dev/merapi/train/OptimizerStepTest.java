package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.AdaGradWindow;
import dev.merapi.train.optimizer.GradientDescent;
import dev.merapi.train.optimizer.Momentum;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.schedule.Exponential;
import dev.merapi.train.schedule.WarmUp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Optimizers in whole training steps. The loss is the product of weights and inputs, so that the
 * inputs are the gradients: those of the optimizers' golden trajectories.
 */
class OptimizerStepTest {
  private static final double[] START = {1.0, -2.0, 0.5};
  private static final double[][] GRADS = {
    {0.5, -1.0, 2.0}, {-0.25, 0.75, 1.0}, {1.5, 0.0, -0.5}, {0.125, -3.0, 0.25}
  };

  private static final Initializer AT_START = (type, key) -> HostTensor.of(type, START);
  private static final Layer PRODUCT =
      (net, x) -> Ops.mul(x, net.parameter("weight", Shape.of(3), AT_START));

  /** The targets are 0. */
  private static final Loss ITSELF =
      (prediction, target) -> Ops.add(Ops.sum(prediction), Ops.sum(target));

  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static TrainingConfig config(Optimizer optimizer) {
    return TrainingConfig.of("product", PRODUCT, ITSELF, optimizer)
        .batch(1)
        .metrics(List.of())
        .precision(Precision.F64);
  }

  private static Dataset data() {
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F64, Shape.of(4, 3)));
    for (int i = 0; i < 12; i++) {
      inputs.set(i, GRADS[i / 3][i % 3]);
    }
    return new TensorDataset(
        "gradients", inputs, HostTensor.zeros(new TensorType(DType.F64, Shape.of(4))), 0);
  }

  private double[] train(TrainingConfig config) {
    TensorType none = new TensorType(config.dtype(), Shape.of(1));
    try (Trainer trainer = new Trainer(backend, config, data())) {
      for (double[] grad : GRADS) {
        HostTensor inputs = HostTensor.of(new TensorType(config.dtype(), Shape.of(1, 3)), grad);
        trainer.step(new Batch(inputs, HostTensor.zeros(none)));
      }
      trainer.requireFinite();
      return trainer.weight("weight").toDoubleArray();
    }
  }

  /** p -= 0.1 g / (sqrt(sum of the last tau squares of g) + 1e-10), in plain Python. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.8000000000666667, -1.9, 0.30000000003500005",
    "2, 0.8377774192004456, -1.8600000000085333, 0.35527864046100427",
    "3, 0.8428247832300323, -1.862985749993804, 0.35527864045795665",
    // as PyTorch's Adagrad(lr=0.1)
    "4, 0.8432321129935554, -1.867692307700348, 0.3662539065891889",
    "9, 0.8432321129935554, -1.867692307700348, 0.3662539065891889"
  })
  void theWindowHoldsTheLastSquares(int tau, double a, double b, double c) {
    AdaGradWindow optimizer = new AdaGradWindow(0.1, tau);
    double[] expected = {a, b, c};
    assertThat(train(config(optimizer))).containsExactly(expected, within(1e-12));
    assertThat(train(config(optimizer).precision(Precision.F32)))
        .containsExactly(expected, within(1e-6));
  }

  /**
   * v = mu v - lr g; p += v, for mu = 0.225, 0.45, 0.675, 0.9 and, at four steps an epoch, lr =
   * 0.1.
   */
  @Test
  void theMomentumIsAnnealedBesideTheLearningRate() {
    TrainingConfig config = config(new Momentum(0.1).momentumSchedule(new WarmUp(4)));
    assertThat(train(config.epochs(2).schedule(new Exponential(0.5))))
        .containsExactly(new double[] {0.65820625, -1.668475, -0.063675}, within(1e-12));
  }

  @Test
  void gradientDescentWantsAllDataInEachStep() {
    TrainingConfig config = config(new GradientDescent(0.1));
    assertThatThrownBy(() -> new Trainer(backend, config.batch(3), data()).close())
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "GradientDescent: expected the whole training set in each step (batch: all), found 2"
                + " steps per epoch");
    try (Trainer trainer = new Trainer(backend, config.batch(TrainingConfig.ALL), data())) {
      trainer.fit(data(), null);
      // the sums of the gradients: 1.875, -3.25, 2.75
      assertThat(trainer.weight("weight").toDoubleArray())
          .containsExactly(new double[] {0.8125, -1.675, 0.225}, within(1e-12));
      assertThat(trainer.steps()).isEqualTo(1);
      assertThat(trainer.evaluate(data()).samples()).isEqualTo(4);
    }
  }
}
