package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.TextDataset;
import dev.merapi.train.optimizer.Sgd;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidentDataTest {
  private static Dataset points(int size) {
    SplittableRandom random = new SplittableRandom(1);
    float[] inputs = new float[size * 3];
    int[] labels = new int[size];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble();
      labels[i / 3] = random.nextInt(4);
    }
    return new TensorDataset(
        "points",
        HostTensor.of(Shape.of(size, 3), inputs),
        HostTensor.of(Shape.of(size), labels),
        4);
  }

  private static TrainingConfig config() {
    Sequential model = Sequential.of(new Dense(5), new Tanh(), new Dense(4));
    return TrainingConfig.of("points", model, new SoftmaxCrossEntropy(), new Sgd(0.5)).epochs(3);
  }

  /** What is trained on is the same, down to the order: so is every bit of the weights. */
  @ParameterizedTest
  @CsvSource({"8, false", "7, false", "7, true", "1, false", "40, false", "64, false"})
  void trainsAsFromTheHost(int batch, boolean dropLast) {
    requireEqual(config().batch(batch).dropLast(dropLast), points(40));
  }

  @Test
  void trainsOnASequence() {
    Dataset text = new TextDataset("text", "abacadbbcdca".repeat(20), "abcd", 6);
    CharLstm model = new CharLstm(Shape.of(6), 4, 5, 1, true);
    requireEqual(
        TrainingConfig.of("text", model, new SoftmaxCrossEntropy(), new Sgd(0.5))
            .batch(3)
            .epochs(2),
        text);
  }

  private static void requireEqual(TrainingConfig config, Dataset data) {
    Map<String, double[]> fromHost = trained(config, data);
    Map<String, double[]> resident = trained(config.resident(true), data);
    assertThat(resident).containsOnlyKeys(fromHost.keySet());
    fromHost.forEach((name, weights) -> assertThat(resident.get(name)).isEqualTo(weights));
  }

  private static Map<String, double[]> trained(TrainingConfig config, Dataset data) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config, data)) {
      TrainingResult result = trainer.fit(data, data);
      weights.put(
          "losses", new double[] {result.epochs().get(result.epochs().size() - 1).trainLoss()});
      trainer.weights().forEach((name, value) -> weights.put(name, value.toDoubleArray()));
    }
    return weights;
  }

  @Test
  void singleStepsTakeTheBatchesInTurn() {
    Dataset data = points(10);
    TrainingConfig config = config().batch(4).epochs(1);
    try (Backend backend = Backends.open("reference");
        Trainer epoch = new Trainer(backend, config.resident(true), data);
        Trainer steps = new Trainer(backend, config.resident(true), data)) {
      epoch.fit(data, null);
      for (int i = 0; i < 3; i++) {
        steps.step();
      }
      assertThat(steps.weights().get("dense1.weight").toDoubleArray())
          .isEqualTo(epoch.weights().get("dense1.weight").toDoubleArray());
      steps.step();
      assertThat(steps.steps()).isEqualTo(4);
      assertThat(steps.requireFinite()).isFinite();
    }
  }

  @Test
  void refusesOtherData() {
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config().resident(true), points(10))) {
      assertThatThrownBy(() -> trainer.fit(points(10), null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected the resident data, points, 10 samples, found points, 10 samples");
    }
  }

  @Test
  void refusesWhatIsTooLarge() {
    Dataset large =
        new Dataset() {
          @Override
          public int size() {
            return 1 << 20;
          }

          @Override
          public TensorType inputType() {
            return new TensorType(DType.F32, Shape.of(1024));
          }

          @Override
          public TensorType targetType() {
            return TensorType.scalar(DType.I32);
          }

          @Override
          public int classes() {
            return 4;
          }

          @Override
          public void copy(int sample, ByteBuffer input, ByteBuffer target) {
            throw new AssertionError("nothing is to be read");
          }
        };
    try (Backend backend = Backends.open("reference")) {
      assertThatThrownBy(() -> new Trainer(backend, config().resident(true), large))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "data.resident: expected less than 2048 MB of 1048576 samples, found 4096 MB");
    }
  }
}
