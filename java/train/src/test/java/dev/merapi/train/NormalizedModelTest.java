package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.normalize.MinMax;
import dev.merapi.train.data.normalize.Standardize;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NormalizedModelTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static Dataset data(float... inputs) {
    HostTensor targets = HostTensor.zeros(TensorType.f32(inputs.length, 1));
    return new TensorDataset(
        "numbers", HostTensor.of(Shape.of(inputs.length, 1), inputs), targets, 0);
  }

  private static TrainingConfig config() {
    return TrainingConfig.of("line", new Dense(1), new MeanSquaredError(), new Sgd(0.1))
        .metrics(List.of())
        .normalizer(new MinMax());
  }

  /** The training data go from 10 to 14, so that the weight w and bias b see (x - 10) / 4. */
  @Test
  void theTrainingDatasNumbersAreKeptWithTheWeights() {
    Dataset train = data(10, 12, 14, 11);
    Map<String, HostTensor> weights;
    try (Trainer trainer = new Trainer(backend, config(), train)) {
      weights = trainer.weights();
    }
    assertThat(weights.keySet())
        .containsExactly("normalizer.mean", "normalizer.scale", "weight", "bias");
    assertThat(weights.get("normalizer.mean")).isEqualTo(HostTensor.of(Shape.of(1), 10f));
    assertThat(weights.get("normalizer.scale")).isEqualTo(HostTensor.of(Shape.of(1), 0.25f));
    double w = weights.get("weight").get(0);
    double b = weights.get("bias").get(0);
    Dataset test = data(20);
    double expected = (2.5 * w + b) * (2.5 * w + b);
    try (Trainer trainer = Trainer.forEvaluation(backend, config(), test)) {
      trainer.loadWeights(weights);
      assertThat(trainer.evaluate(test).loss()).isCloseTo(expected, within(1e-6));
    }
    try (Predictor predictor =
        new Predictor(backend, config(), TensorType.f32(1), weights, Predictor.Options.DEFAULT)) {
      HostTensor predicted = predictor.predict(HostTensor.of(Shape.of(1), 20f));
      assertThat(predicted.get(0)).isCloseTo(2.5 * w + b, within(1e-6));
    }
  }

  @Test
  void aTrainingDoesNotChangeThem() {
    Dataset train = data(10, 12, 14, 11);
    try (Trainer trainer = new Trainer(backend, config().epochs(3), train)) {
      trainer.fit(train, null);
      assertThat(trainer.weight("normalizer.mean").get(0)).isEqualTo(10);
      assertThat(trainer.weight("normalizer.scale").get(0)).isEqualTo(0.25);
    }
  }

  /** Another normalizer would make of the same weights another model. */
  @Test
  void aResumeNeedsTheSameOne() {
    assertThat(config().settings()).containsEntry("normalizer", "MinMax[]");
    assertThat(config().normalizer(new Standardize()).settings())
        .containsEntry("normalizer", "Standardize[]");
    assertThat(config().normalizer(null).settings()).doesNotContainKey("normalizer");
  }
}
