package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.DropConnect;
import dev.merapi.nn.layer.GaussianNoise;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.train.clip.ClipByGlobalNorm;
import dev.merapi.train.clip.ClipByNorm;
import dev.merapi.train.constraint.ClipParameters;
import dev.merapi.train.constraint.MaxNorm;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.LBfgs;
import dev.merapi.train.optimizer.Sgd;
import dev.merapi.train.penalty.ElasticNet;
import dev.merapi.train.penalty.L1;
import dev.merapi.train.penalty.L2;
import dev.merapi.train.penalty.Penalty;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Penalties, constraints and rates, by one step of gradient descent that is worked out by hand. */
class RegularizationTest {
  private static final double RATE = 0.125;
  private static final TrainingConfig PLAIN = OneParameter.config(new Sgd(RATE));

  private final Backend backend = Backends.open("reference");

  @AfterEach
  void close() {
    backend.close();
  }

  private void requireStep(TrainingConfig config, double weightGrad, double biasGrad) {
    Map<String, Double> found = new OneParameter(backend).afterOneStep(config);
    assertThat(found.get("dense1.weight"))
        .isCloseTo(OneParameter.WEIGHT - RATE * weightGrad, within(1e-6));
    assertThat(found.get("dense1.bias")).isCloseTo(-RATE * biasGrad, within(1e-6));
    assertThat(found.get("loss")).as("the reported loss").isEqualTo(OneParameter.LOSS);
  }

  private static TrainingConfig with(Penalty... penalties) {
    return PLAIN.penalties(List.of(penalties));
  }

  @Test
  void penaltiesAddTheirGradientsAndAreNotReported() {
    requireStep(PLAIN, 20, 10);
    requireStep(with(new L1(0.5)), 20 + 0.5, 10);
    requireStep(with(new L2(0.5)), 20 + 0.5 * 3, 10);
    requireStep(with(new ElasticNet(0.25, 0.5)), 20 + 0.25 + 0.5 * 3, 10);
    requireStep(with(new L1(0.5), new L2(2)), 20 + 0.5 + 2 * 3, 10);
  }

  /** The bias is 0, where |b| has the gradient 0; the weight is named. */
  @Test
  void penaltiesAreForNamedParameters() {
    requireStep(with(new L2(0.5).parameters("*.bias")), 20, 10);
    requireStep(with(new L2(0.5).parameters("dense1")), 21.5, 10);
    requireStep(with(new L1(0.5).parameters("dense*.weight"), new L1(1).parameters("*")), 21.5, 10);
    assertThatThrownBy(() -> requireStep(with(new L1(1).parameters("conv1")), 0, 0))
        .isInstanceOf(GraphException.class)
        .hasMessageEndingWith(
            "penalty: 'conv1' is no layer or variable of the model, whose variables are"
                + " dense1.weight, dense1.bias");
  }

  /** An L2 penalty is the coupled weight decay of the same size, for weights alone. */
  @Test
  void l2IsWeightDecay() {
    OneParameter training = new OneParameter(backend);
    assertThat(training.afterOneStep(with(new L2(0.75))))
        .isEqualTo(training.afterOneStep(OneParameter.config(new Sgd(RATE).weightDecay(0.75))));
  }

  /** The gradients with their penalties, (24, 10) and (26), have the norms 26 and 24. */
  @Test
  void penaltiesAreClippedWithTheGradient() {
    requireStep(with(new L1(4)).clips(List.of(new ClipByGlobalNorm(13))), 24 / 2.0, 10 / 2.0);
    requireStep(with(new L1(4)).clips(List.of(new ClipByNorm(12))), 24 / 2.0, 10);
  }

  /** The update would make w = 0.5 and b = -1.25. */
  @Test
  void parametersAreClippedAfterTheUpdate() {
    requireStep(PLAIN.constraints(List.of(new ClipParameters(-1, 0.25))), (3 - 0.25) * 8, 8);
    requireStep(
        PLAIN.constraints(List.of(new ClipParameters(-1, 0.25).parameters("*.weight"))),
        (3 - 0.25) * 8,
        10);
    requireStep(PLAIN.constraints(List.of(new MaxNorm(0.25))), (3 - 0.25) * 8, 10);
    requireStep(PLAIN.constraints(List.of(new MaxNorm(3))), 20, 10);
    assertThatThrownBy(
            () -> requireStep(PLAIN.constraints(List.of(new MaxNorm(1).parameters("*"))), 0, 0))
        .isInstanceOf(GraphException.class)
        .hasMessageEndingWith(
            "maxNorm: expected weights of two axes or more with units along axis 0, found [1]");
  }

  /** Rows (3, 4) and (0.3, 0.4) have the norms 5 and 0.5; columns have sqrt(9.09) and more. */
  @Test
  void maxNormIsPerUnit() {
    assertThat(maxNorm(new MaxNorm(2.5)))
        .containsExactly(new double[] {1.5, 2, 0.3, 0.4}, within(1e-6));
    double first = Math.sqrt(9.09);
    double second = Math.sqrt(16.16);
    assertThat(maxNorm(new MaxNorm(1).axis(1)))
        .containsExactly(
            new double[] {3 / first, 4 / second, 0.3 / first, 0.4 / second}, within(1e-6));
  }

  private double[] maxNorm(MaxNorm constraint) {
    HostTensor zeros = HostTensor.of(Shape.of(1, 2), 0f, 0f);
    Dataset data = new TensorDataset("zeros", zeros, zeros, 0);
    TrainingConfig config =
        TrainingConfig.of(
                "units",
                Sequential.of(new Dense(2).bias(false)),
                new MeanSquaredError(),
                new Sgd(1))
            .constraints(List.of(constraint));
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.loadWeights(
          Map.of("dense1.weight", HostTensor.of(Shape.of(2, 2), 3f, 4f, 0.3f, 0.4f)));
      trainer.step(new Batch(zeros, zeros));
      return trainer.weight("dense1.weight").toDoubleArray();
    }
  }

  @Test
  void layersAndParametersHaveRatesOfTheirOwn() {
    requireStep(PLAIN.rates(Map.of("*.bias", 2.0)), 20, 2 * 10);
    requireStep(PLAIN.rates(Map.of("dense*", 0.5)), 20 * 0.5, 10 * 0.5);
    requireStep(PLAIN.rates(Map.of("dense1", 0.5, "dense1.bias", 3.0)), 20 * 0.5, 10 * 1.5);
    requireStep(PLAIN.rates(Map.of("dense1.weight", 0.0)), 0, 10);
    assertThatThrownBy(() -> requireStep(PLAIN.rates(Map.of("fc*", 2.0)), 0, 0))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("rates: 'fc*' is no layer or variable of the model");
    assertThatThrownBy(() -> requireStep(OneParameter.config(new LBfgs()).accumulate(2), 0, 0))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("takes no sums of gradients (accumulate)");
    assertThatThrownBy(() -> PLAIN.rates(Map.of("*", -1.0)))
        .hasMessage("rates: '*' must be at least 0, found -1.0");
  }

  /** Weights are what has two axes or more: no bias, and no scale of a normalization. */
  @Test
  void scalesAndBiasesAreNoWeights() {
    HostTensor zeros = HostTensor.of(Shape.of(4, 1), 0f, 0f, 0f, 0f);
    Dataset data = new TensorDataset("zeros", zeros, zeros, 0);
    TrainingConfig config =
        TrainingConfig.of(
                "net",
                Sequential.of(new Dense(1), new BatchNorm()),
                new MeanSquaredError(),
                new Sgd(0.5))
            .penalties(List.of(new L2(1)));
    try (Trainer trainer = new Trainer(backend, config, data)) {
      Map<String, HostTensor> before = trainer.weights();
      trainer.step(new Batch(zeros, zeros));
      assertThat(trainer.weight("dense1.weight").item())
          .isCloseTo(before.get("dense1.weight").item() * 0.5, within(1e-7));
      for (String path : List.of("dense1.bias", "batchNorm1.weight", "batchNorm1.bias")) {
        assertThat(trainer.weight(path)).as(path).isEqualTo(before.get(path));
      }
    }
  }

  /** The masks and the noise of a step are the same in both directions of a difference. */
  @Test
  void gradientsGoThroughNoiseAndDroppedConnections() {
    Dataset data =
        new TensorDataset(
            "two",
            HostTensor.of(Shape.of(2, 3), 1f, -1f, 2f, 0.5f, 3f, -2f),
            HostTensor.of(Shape.of(2, 2), 1f, 0f, 0f, 1f),
            0);
    Sequential model =
        Sequential.of(
            new GaussianNoise(0.3), new DropConnect(6), new Tanh(), new DropConnect(2).rate(0.25));
    TrainingConfig config =
        TrainingConfig.of("net", model, new MeanSquaredError(), new Sgd(0.1)).batch(2);
    GradientCheck.Result result = GradientCheck.againstDifferences(backend, config, data, 2);
    assertThat(result.parameters()).hasSize(4);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
  }

  /** What a checkpoint of a training without them says is as it was. */
  @Test
  void settingsTellOnlyWhatIsSet() {
    assertThat(PLAIN.settings()).doesNotContainKeys("penalties", "constraints", "rates");
    assertThat(
            with(new L1(1)).constraints(List.of(new MaxNorm(2))).rates(Map.of("*", 2.0)).settings())
        .containsEntry("penalties", "[L1[factor=1.0, parameters=[]]]")
        .containsEntry("constraints", "[MaxNorm[limit=2.0, axis=0, parameters=[]]]")
        .containsEntry("rates", "{*=2.0}");
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> new L1(-1)).hasMessage("factor must be at least 0, found -1.0");
    assertThatThrownBy(() -> new L2(Double.NaN)).hasMessageContaining("found NaN");
    assertThatThrownBy(() -> new ElasticNet(0, -2)).hasMessage("l2 must be at least 0, found -2.0");
    assertThatThrownBy(() -> new MaxNorm(0)).hasMessage("limit must be above 0, found 0.0");
    assertThatThrownBy(() -> new MaxNorm(1).axis(-1)).hasMessageContaining("axis must be");
    assertThatThrownBy(() -> new ClipParameters(1, 0))
        .hasMessage("max must not be below min, found 0.0 and 1.0");
    assertThatThrownBy(() -> new ClipByNorm(0)).hasMessage("maxNorm must be above 0, found 0.0");
  }
}
