package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.LeakyRelu;
import dev.merapi.nn.loss.Discriminator;
import dev.merapi.nn.loss.Generator;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.model.Gan;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.optimizer.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhaseTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  /** Gives a b, with a = 1, b = 2 and a c that is not used. */
  private static final MultiLayer PRODUCT =
      (net, inputs) -> {
        Value a = net.parameter("a", Shape.of(), new Constant(1));
        Value b = net.parameter("b", Shape.of(), new Constant(2));
        Value c = net.parameter("c", Shape.of(), new Constant(3));
        Value output = Ops.add(Ops.mul(inputs.get(0), 0), Ops.mul(a, b));
        return Outputs.of("product", output).and("c", Ops.mul(c, c));
      };

  private static final Dataset ONE =
      new TensorDataset(
          "one", HostTensor.of(Shape.of(1, 1), 5f), HostTensor.of(Shape.of(1, 1), 1f), 0);

  /** (y - goal)^2. */
  private static Loss towards(double goal) {
    return new Loss() {
      @Override
      public Value build(Value prediction, Value target) {
        return Ops.mean(Ops.square(Ops.sub(prediction, goal)));
      }

      @Override
      public Value build(Outputs outputs, List<Value> targets) {
        return build(outputs.get("product"), targets.get(0));
      }

      @Override
      public String toString() {
        return "towards " + goal;
      }
    };
  }

  private static TrainingConfig config(Phase... phases) {
    return TrainingConfig.of("product", PRODUCT, new MeanSquaredError(), new Sgd(0.1))
        .phases(List.of(phases))
        .metrics(List.of())
        .batch(1);
  }

  /**
   * The first phase has loss (1 2)^2 = 4 with gradient 2 a b^2 = 8 by a, which becomes 0.2; the
   * second sees that: loss (0.4 - 1)^2 = 0.36 with gradient 2 (-0.6) 0.2 = -0.24 by b. In the end a
   * b = 0.4048.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPhaseSeesWhatTheOneBeforeItChanged(boolean resident) {
    TrainingConfig config =
        config(new Phase("zero", towards(0), "a"), new Phase("one", towards(1), "b"));
    try (Trainer trainer = new Trainer(backend, config.resident(resident), ONE)) {
      TrainingResult result = trainer.fit(ONE, ONE);
      assertThat(trainer.weight("a").item()).isCloseTo(0.2, within(1e-6));
      assertThat(trainer.weight("b").item()).isCloseTo(2.024, within(1e-6));
      assertThat(trainer.weight("c").item()).isEqualTo(3);
      EpochResult epoch = result.epochs().get(0);
      assertThat(result.steps()).isEqualTo(1);
      assertThat(epoch.trainLoss()).isCloseTo(4.36, within(1e-6));
      Evaluation found = epoch.validation().orElseThrow();
      assertThat(found.metrics()).containsOnlyKeys("zero", "one");
      assertThat(found.metric("zero").orElseThrow()).isCloseTo(0.4048 * 0.4048, within(1e-6));
      assertThat(found.metric("one").orElseThrow()).isCloseTo(0.5952 * 0.5952, within(1e-6));
      assertThat(found.loss()).isCloseTo(0.4048 * 0.4048 + 0.5952 * 0.5952, within(1e-6));
    }
  }

  /** The gradients are 8 and, at a = 1 - 0.01 8 = 0.92, 2 (1.84 - 1) 0.92 = 1.5456. */
  @Test
  void aPhaseMayHaveItsOwnOptimizer() {
    TrainingConfig config =
        config(
            new Phase("zero", towards(0), "a").optimizer(new Sgd(0.01)),
            new Phase("one", towards(1), "b"));
    try (Trainer trainer = new Trainer(backend, config, ONE)) {
      trainer.fit(ONE, null);
      assertThat(trainer.weight("a").item()).isCloseTo(0.92, within(1e-6));
      assertThat(trainer.weight("b").item()).isCloseTo(2 - 0.15456, within(1e-6));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Phase zero = new Phase("zero", towards(0), "a");
    refused(
        "phases: expected one that trains a, found [zero, both]",
        config(zero, new Phase("both", towards(1), "a", "b")));
    refused("phase one: 'd' is no layer or variable", config(new Phase("one", towards(1), "d")));
    refused("expected accumulate 1, found 2", config(zero).accumulate(2));
    assertThatThrownBy(() -> config(zero, zero)).hasMessageContaining("expected different names");
    assertThatThrownBy(() -> new Phase("none", towards(0)))
        .hasMessage("parameters of phase 'none' must be at least one, found none");
  }

  private void refused(String message, TrainingConfig config) {
    assertThatThrownBy(() -> new Trainer(backend, config, ONE))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining(message);
  }

  private static final Gan GAN =
      new Gan(
          Shape.of(2),
          3,
          Sequential.of(new Dense(6), new BatchNorm(), new LeakyRelu(0.2), new Dense(2)),
          Sequential.of(new Dense(8), new LeakyRelu(0.2), new Dense(1)));

  private static TrainingConfig gan() {
    return TrainingConfig.of("gan", GAN, new MeanSquaredError(), new Adam(0.01))
        .phases(
            List.of(
                new Phase("discriminator", new Discriminator(), "discriminator"),
                new Phase("generator", new Generator(), "generator")))
        .metrics(List.of())
        .batch(8);
  }

  /** Points on a line. */
  private static Dataset points() {
    HostTensor points = HostTensor.zeros(TensorType.f32(32, 2));
    for (int i = 0; i < 32; i++) {
      points.set(2 * i, 2 + i / 32.0);
      points.set(2 * i + 1, -1 - i / 64.0);
    }
    return new TensorDataset("points", points, HostTensor.zeros(points.type()), 0);
  }

  @Test
  void aGanGoesOnFromWhereItStood() {
    Dataset data = points();
    Map<String, HostTensor> whole;
    try (Trainer trainer = new Trainer(backend, gan().epochs(3), data)) {
      trainer.fit(data, null);
      whole = trainer.weights();
    }
    Map<String, HostTensor> state = new LinkedHashMap<>();
    Position stood;
    try (Trainer trainer = new Trainer(backend, gan().epochs(3), data);
        Snapshot snapshot = trainer.snapshot()) {
      Callback stop =
          new Callback() {
            @Override
            public void onStep(long step) {
              if (step == 6) {
                trainer.stop();
              }
            }
          };
      assertThat(trainer.fit(data, null, stop).complete()).isFalse();
      stood = trainer.position();
      snapshot.take();
      snapshot.paths().forEach(path -> state.put(path, snapshot.read(path)));
    }
    assertThat(stood).isEqualTo(new Position(2, 2));
    try (Trainer trainer = new Trainer(backend, gan().epochs(3), data)) {
      trainer.restore(state, stood);
      trainer.fit(data, null);
      assertThat(trainer.weights()).isEqualTo(whole);
    }
  }

  @Test
  void gradientsOfAGanAgreeWithDifferences() {
    GradientCheck.Result result = GradientCheck.againstDifferences(backend, gan(), points(), 6);
    assertThat(result.parameters()).hasSize(10);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
  }
}
