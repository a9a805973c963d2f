package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.loss.Logistic;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.metric.Accuracy;
import dev.merapi.train.metric.BinaryAccuracy;
import dev.merapi.train.metric.ConfusionMatrix;
import dev.merapi.train.metric.F1Score;
import dev.merapi.train.metric.MeanAbsoluteError;
import dev.merapi.train.metric.MeanBiasError;
import dev.merapi.train.metric.Metric;
import dev.merapi.train.metric.Perplexity;
import dev.merapi.train.metric.Precision;
import dev.merapi.train.metric.R2;
import dev.merapi.train.metric.Recall;
import dev.merapi.train.metric.RootMeanSquaredError;
import dev.merapi.train.metric.TopKAccuracy;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same weights have the same metrics on a device as on the reference. */
class MetricsTest {
  private static final int SAMPLES = 45;

  private static final List<Metric> ALL =
      List.of(
          new Accuracy(),
          new TopKAccuracy(2),
          new Perplexity(),
          new BinaryAccuracy(),
          new ConfusionMatrix(),
          new Precision(),
          new Recall(1),
          new F1Score(),
          new MeanAbsoluteError(),
          new dev.merapi.train.metric.MeanSquaredError(),
          new RootMeanSquaredError(),
          new MeanBiasError(),
          new R2());

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda"})
  void ofClasses(String device) {
    assertThat(compare(device, new SoftmaxCrossEntropy(), 4, data(DType.I32, 4, 4))).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda"})
  void ofTwoClassesByOneScore(String device) {
    assertThat(compare(device, new Logistic(), 1, data(DType.I32, 2, 0))).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda"})
  void ofNumbers(String device) {
    // those of two classes mean something for one score alone
    assertThat(compare(device, new MeanSquaredError(), 3, data(DType.F32, 3, 0))).isEqualTo(6);
  }

  /** Random inputs; labels below a number, or so many numbers that a random linear map makes. */
  private static Dataset data(DType type, int range, int classes) {
    SplittableRandom random = new SplittableRandom(3);
    HostTensor inputs = HostTensor.zeros(TensorType.f32(SAMPLES, 5));
    for (int i = 0; i < inputs.elements(); i++) {
      inputs.set(i, random.nextDouble(-1, 1));
    }
    Shape shape = type == DType.I32 ? Shape.of(SAMPLES) : Shape.of(SAMPLES, range);
    HostTensor targets = HostTensor.zeros(new TensorType(type, shape));
    for (int i = 0; i < targets.elements(); i++) {
      targets.set(i, type == DType.I32 ? random.nextInt(range) : 3 + random.nextDouble());
    }
    return new TensorDataset("random", inputs, targets, classes);
  }

  /** Gives how many metrics applied. */
  private static int compare(String device, Loss loss, int outputs, Dataset data) {
    Availability availability = Backends.availability().get(device);
    assumeTrue(availability.usable(), availability.reason());
    TrainingConfig config =
        TrainingConfig.of("linear", new Dense(outputs), loss, new Sgd(0.1)).metrics(ALL).batch(7);
    try (Backend found = Backends.open(device);
        Backend reference = Backends.open("reference");
        Trainer actual = new Trainer(found, config, data);
        Trainer expected = new Trainer(reference, config, data)) {
      Evaluation here = actual.evaluate(data);
      Evaluation there = expected.evaluate(data);
      assertThat(here.metrics()).containsOnlyKeys(there.metrics().keySet());
      there
          .metrics()
          .forEach(
              (key, value) ->
                  assertThat(here.metrics().get(key).toDoubleArray())
                      .as(key)
                      .containsExactly(value.toDoubleArray(), within(1e-4)));
      return here.metrics().size();
    }
  }
}
