package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.clip.ClipByGlobalNorm;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.metric.Accuracy;
import dev.merapi.train.metric.ConfusionMatrix;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.optimizer.ElementwiseOptimizer;
import dev.merapi.train.optimizer.Parameter;
import dev.merapi.train.optimizer.Sgd;
import dev.merapi.train.schedule.Cosine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  /** Two classes, told apart by the sign of x0 * x1; 70 samples make a smaller last batch. */
  private static Dataset quadrants() {
    int size = 70;
    float[] inputs = new float[size * 2];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      double angle = 2 * Math.PI * (i + 0.5) / size;
      inputs[2 * i] = (float) Math.cos(angle);
      inputs[2 * i + 1] = (float) Math.sin(angle);
      labels[i] = inputs[2 * i] * inputs[2 * i + 1] > 0 ? 1 : 0;
    }
    return new TensorDataset(
        "quadrants",
        HostTensor.of(Shape.of(size, 2), inputs),
        HostTensor.of(Shape.of(size), labels),
        2);
  }

  private static TrainingConfig classifier() {
    Sequential model = Sequential.of(new Dense(16), new Tanh(), new Dense(2));
    return TrainingConfig.of("quadrants", model, new SoftmaxCrossEntropy(), new Sgd(0.5))
        .batch(16)
        .epochs(60);
  }

  @Test
  void learnsWhatNoLineSeparates() {
    TrainingConfig config = classifier().metrics(List.of(new Accuracy(), new ConfusionMatrix()));
    List<EpochResult> seen = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onEpochEnd(EpochResult result) {
            seen.add(result);
          }
        };
    Dataset data = quadrants();
    try (Trainer trainer = new Trainer(backend, config, data)) {
      Evaluation before = trainer.evaluate(data);
      TrainingResult result = trainer.fit(data, data, watch);
      Evaluation after = trainer.evaluate(data);
      assertThat(before.loss()).isCloseTo(Math.log(2), within(0.15));
      assertThat(result.steps()).isEqualTo(60 * 5);
      assertThat(seen).hasSize(60);
      assertThat(seen.get(59).trainLoss()).isLessThan(seen.get(0).trainLoss() / 3);
      assertThat(after.accuracy().orElseThrow()).isGreaterThan(0.95);
      assertThat(after.samples()).isEqualTo(70);
      HostTensor confusion = after.metrics().get("confusion_matrix");
      double right = confusion.get(0) + confusion.get(3);
      assertThat(right / 70).isCloseTo(after.accuracy().orElseThrow(), within(1e-12));
      assertThat(confusion.get(0) + confusion.get(1)).isEqualTo(labels(data, 0));
    }
  }

  /** 70 steps an epoch: the first look is at epoch 1, the second 30 steps into epoch 2. */
  @Test
  void stepsAreToldEverySoOften() {
    List<StepResult> seen = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onProgress(StepResult result) {
            seen.add(result);
          }
        };
    Dataset data = quadrants();
    TrainingConfig config = classifier().batch(1).epochs(2).schedule(new Cosine());
    TrainingResult result;
    try (Trainer trainer = new Trainer(backend, config, data)) {
      result = trainer.fit(data, null, watch);
    }
    assertThat(seen).extracting(StepResult::steps).containsExactly(50L, 100L);
    assertThat(seen).extracting(StepResult::epoch).containsExactly(1, 2);
    for (StepResult step : seen) {
      double factor = (1 + Math.cos(Math.PI * (step.steps() - 1) / 140)) / 2;
      assertThat(step.learningRate()).isCloseTo(0.5 * factor, within(1e-12));
      assertThat(step.loss()).isEqualTo(step.epochLoss()).isBetween(0.01, 3.0);
      assertThat(step.gradientNorm()).isPositive();
      assertThat(step.samplesPerSecond()).isPositive();
    }
    assertThat(result.epochs().get(1).learningRate())
        .isCloseTo(0.5 * (1 + Math.cos(Math.PI * 139 / 140)) / 2, within(1e-12));
  }

  private static int labels(Dataset data, int wanted) {
    int count = 0;
    var input = HostTensor.zeros(data.inputType()).bytes();
    HostTensor target = HostTensor.zeros(data.targetType());
    for (int i = 0; i < data.size(); i++) {
      data.copy(i, input.clear(), target.bytes());
      count += target.item() == wanted ? 1 : 0;
    }
    return count;
  }

  @Test
  void sameSeedGivesTheSameBits() {
    Sequential model =
        Sequential.of(new Dense(8), new BatchNorm(), new Tanh(), new Dropout(0.3), new Dense(2));
    TrainingConfig config =
        TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Adam(0.01))
            .batch(16)
            .epochs(3)
            .clips(List.of(new ClipByGlobalNorm(1)));
    Map<String, HostTensor> first = train(config);
    assertThat(train(config)).isEqualTo(first);
    assertThat(train(config.seed(43))).isNotEqualTo(first);
  }

  private Map<String, HostTensor> train(TrainingConfig config) {
    Dataset data = quadrants();
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      return trainer.weights();
    }
  }

  @Test
  void weightsThatAreLoadedPredictTheSame() {
    Dataset data = quadrants();
    try (Trainer trained = new Trainer(backend, classifier().epochs(3), data);
        Trainer other = new Trainer(backend, classifier().seed(7), data)) {
      trained.fit(data, null);
      other.loadWeights(trained.weights());
      assertThat(other.evaluate(data).loss()).isEqualTo(trained.evaluate(data).loss());
      assertThatThrownBy(() -> other.loadWeights(Map.of()))
          .hasMessageStartingWith(
              "the weights are not those of the model: 0 loaded; missing: dense1");
    }
  }

  @Test
  void aNaNNeverReachesTheWeights() {
    float[] inputs = new float[64];
    inputs[40] = Float.NaN;
    Dataset data =
        new TensorDataset(
            "data",
            HostTensor.of(Shape.of(64, 1), inputs),
            HostTensor.of(Shape.of(64, 1), inputs),
            0);
    TrainingConfig config =
        TrainingConfig.of(
                "line", Sequential.of(new Dense(1)), new MeanSquaredError(), new Adam(0.1))
            .batch(8)
            .metrics(List.of());
    try (Trainer trainer = new Trainer(backend, config, data)) {
      DivergedException diverged =
          catchThrowableOfType(DivergedException.class, () -> trainer.fit(data, null));
      assertThat(diverged.step()).isBetween(0L, 7L);
      assertThat(diverged).hasMessageContaining("in step " + diverged.step());
      trainer
          .weights()
          .forEach((path, value) -> assertThat(value.toDoubleArray()).doesNotContain(Double.NaN));
    }
  }

  @Test
  void weightsThatTheLastStepMadeInfiniteAreNoResult() {
    TrainingConfig config =
        TrainingConfig.of(
                "net", Sequential.of(new Dense(2)), new SoftmaxCrossEntropy(), new Sgd(1e39))
            .batch(70);
    try (Trainer trainer = new Trainer(backend, config, quadrants())) {
      assertThatThrownBy(() -> trainer.fit(quadrants(), null))
          .isInstanceOf(DivergedException.class)
          .hasMessageStartingWith("dense1.weight became NaN or infinite by step 0");
    }
  }

  @Test
  void aStepUsesTheTargetsThatItIsGiven() {
    TrainingConfig config =
        TrainingConfig.of("id", (net, x) -> x, new MeanSquaredError(), new Sgd(0.1));
    HostTensor inputs = HostTensor.of(Shape.of(1, 1), 1f);
    HostTensor near = HostTensor.of(Shape.of(1, 1), 2f);
    HostTensor far = HostTensor.of(Shape.of(1, 1), 4f);
    Dataset data = new TensorDataset("data", inputs, near, 0);
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.step(new Batch(inputs, near));
      assertThat(trainer.requireFinite()).isEqualTo(1);
      trainer.step(new Batch(inputs, far));
      assertThat(trainer.requireFinite()).isEqualTo((1 + 9) / 2.0);
    }
  }

  /** As that of an autoencoder, whose target is its input, may be. */
  @Test
  void aLossMayIgnoreItsTargets() {
    Loss loss = (prediction, target) -> Ops.mean(Ops.square(prediction));
    Sequential model = Sequential.of(new Dense(16), new Tanh(), new Dense(2));
    TrainingConfig config =
        TrainingConfig.of("silence", model, loss, new Sgd(0.5)).metrics(List.of()).epochs(5);
    try (Trainer trainer = new Trainer(backend, config, quadrants())) {
      double before = trainer.evaluate(quadrants()).loss();
      trainer.fit(quadrants(), null);
      assertThat(trainer.evaluate(quadrants()).loss()).isLessThan(before);
    }
  }

  @Test
  void dataWithMoreClassesThanTheModelAreRefused() {
    TrainingConfig config =
        TrainingConfig.of(
            "net", Sequential.of(new Dense(1)), new SoftmaxCrossEntropy(), new Sgd(0.1));
    assertThatThrownBy(() -> new Trainer(backend, config, quadrants()))
        .isInstanceOf(GraphException.class)
        .hasMessage("net: expected predictions of the 2 classes of the data, found [64, 1]");
  }

  @Test
  void aSmallerLastBatchCanBeLeftOut() {
    Dataset data = quadrants();
    TrainingConfig config = classifier().epochs(3).dropLast(true);
    List<Long> perEpoch = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onEpochStart(int epoch, int ofEpochs, long stepsPerEpoch) {
            perEpoch.add(stepsPerEpoch);
          }
        };
    try (Trainer trainer = new Trainer(backend, config, data)) {
      assertThat(trainer.fit(data, null, watch).steps()).isEqualTo(3 * 4);
      assertThat(perEpoch).containsExactly(4L, 4L, 4L);
      assertThat(trainer.evaluate(data).samples()).isEqualTo(70);
    }
    assertThatThrownBy(() -> new Trainer(backend, config.batch(71), data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected at least one batch of 71, found 70 samples");
  }

  /** An optimizer that must not be asked, as a training program would. */
  private record NoOptimizer(double learningRate) implements ElementwiseOptimizer {
    @Override
    public Value update(Parameter parameter) {
      throw new AssertionError("a training program was built");
    }
  }

  @Test
  void evaluatingNeedsNoTrainingProgram() {
    Dataset data = quadrants();
    TrainingConfig config = classifier().epochs(2);
    TrainingConfig frozen =
        TrainingConfig.of(config.name(), config.model(), config.loss(), new NoOptimizer(1))
            .batch(16);
    try (Trainer trained = new Trainer(backend, config, data);
        Trainer other = Trainer.forEvaluation(backend, frozen, data)) {
      trained.fit(data, null);
      assertThat(other.parameters()).isEqualTo(2 * 16 + 16 + 16 * 2 + 2);
      other.loadWeights(trained.weights());
      assertThat(other.weights()).isEqualTo(trained.weights());
      assertThat(other.evaluate(data).loss()).isEqualTo(trained.evaluate(data).loss());
      assertThatThrownBy(() -> other.fit(data, null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected a trainer that trains, found one for evaluation");
    }
  }

  @Test
  void dataWithoutSamplesAreRefused() {
    HostTensor none = HostTensor.zeros(TensorType.f32(0, 1));
    Dataset data = new TensorDataset("nothing", none, none, 0);
    TrainingConfig config =
        TrainingConfig.of("id", (net, x) -> x, new MeanSquaredError(), new Sgd(0.1));
    assertThatThrownBy(() -> new Trainer(backend, config, data))
        .isInstanceOf(DataException.class)
        .hasMessage("nothing, 0 samples: expected at least one sample, found none");
  }

  @Test
  void bytesBecomeNumbersFromZeroToOne() {
    Dataset data =
        new TensorDataset(
            "data",
            HostTensor.of(Shape.of(2, 1), (byte) 0, (byte) 255),
            HostTensor.of(Shape.of(2, 1), 0f, 1f),
            0);
    TrainingConfig config =
        TrainingConfig.of("id", (net, x) -> x, new MeanSquaredError(), new Sgd(1))
            .metrics(List.of());
    try (Trainer trainer = new Trainer(backend, config, data)) {
      assertThat(trainer.evaluate(data).loss()).isZero();
    }
  }

  @Test
  void lossAndDataThatDoNotFitNameThePlace() {
    TrainingConfig config =
        TrainingConfig.of("net", Sequential.of(new Dense(3)), new MeanSquaredError(), new Sgd(0.1));
    assertThatThrownBy(() -> new Trainer(backend, config, quadrants()))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("net/loss: ");
  }

  @Test
  void gradientsOfAWholeNetworkMatchDifferences() {
    Sequential model =
        Sequential.of(new Dense(8), new BatchNorm(), new Tanh(), new Dropout(0.3), new Dense(2));
    TrainingConfig config =
        TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.1));
    GradientCheck.Result exact = GradientCheck.againstDifferences(backend, config, quadrants(), 16);
    assertThat(exact.parameters())
        .extracting(GradientCheck.ParameterResult::name)
        .containsExactly(
            "dense1.weight",
            "dense1.bias",
            "batchNorm1.weight",
            "batchNorm1.bias",
            "dense2.weight",
            "dense2.bias");
    // dense1.bias has no gradient at all: batch normalization takes the mean away.
    assertThat(exact.parameters())
        .filteredOn(result -> !result.name().equals("dense1.bias"))
        .allSatisfy(result -> assertThat(result.relativeError()).isLessThan(1e-6));
    GradientCheck.Result single =
        GradientCheck.againstReference(backend, backend, config, quadrants(), 16);
    assertThat(single.parameters())
        .filteredOn(result -> !result.name().equals("dense1.bias"))
        .allSatisfy(result -> assertThat(result.relativeError()).isLessThan(1e-4));
  }

  @Test
  void trainsInDoublePrecisionToo() {
    Dataset data = quadrants();
    try (Trainer trainer = new Trainer(backend, classifier().precision(Precision.F64), data)) {
      trainer.fit(data, null);
      assertThat(trainer.weights().get("dense1.weight").dtype()).isEqualTo(DType.F64);
      assertThat(trainer.evaluate(data).accuracy().orElseThrow()).isGreaterThan(0.95);
    }
  }
}
