package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.train.clip.ClipByGlobalNorm;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.optimizer.Sgd;
import dev.merapi.train.penalty.L2;
import dev.merapi.train.schedule.Cosine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccumulationTest {
  private final Backend backend = Backends.open("reference");

  @AfterEach
  void close() {
    backend.close();
  }

  private static Dataset points(int size) {
    SplittableRandom random = new SplittableRandom(3);
    float[] inputs = new float[size * 2];
    float[] targets = new float[size];
    for (int i = 0; i < size; i++) {
      inputs[2 * i] = (float) random.nextDouble(-1, 1);
      inputs[2 * i + 1] = (float) random.nextDouble(-1, 1);
      targets[i] = inputs[2 * i] * inputs[2 * i + 1];
    }
    return new TensorDataset(
        "points",
        HostTensor.of(Shape.of(size, 2), inputs),
        HostTensor.of(Shape.of(size, 1), targets),
        0);
  }

  private static TrainingConfig config() {
    Sequential model = Sequential.of(new Dense(5), new Tanh(), new Dense(1));
    return TrainingConfig.of("net", model, new MeanSquaredError(), new Adam(0.05))
        .schedule(new Cosine(0))
        .metrics(List.of())
        .epochs(3);
  }

  /**
   * Three batches of 4 are as one of 12, also where fewer are left at the end of an epoch, and
   * where the last one is smaller: of 41 samples there are steps of 12, 12, 12 and 4 + 1.
   */
  @ParameterizedTest
  @CsvSource({"48, 4", "40, 4", "41, 4", "38, 4", "5, 1"})
  void equalsTheLargeBatch(int samples, long stepsPerEpoch) {
    Dataset data = points(samples);
    TrainingConfig exact = config().precision(Precision.F64);
    for (TrainingConfig config :
        List.of(
            exact,
            exact.clips(List.of(new ClipByGlobalNorm(0.01))),
            exact.penalties(List.of(new L2(0.1))).clips(List.of(new ClipByGlobalNorm(0.1))))) {
      TrainingResult[] results = new TrainingResult[2];
      Map<String, HostTensor> whole = train(config.batch(12), data, results, 0);
      Map<String, HostTensor> parts = train(config.batch(4).accumulate(3), data, results, 1);
      assertThat(results[1].steps()).isEqualTo(results[0].steps()).isEqualTo(3 * stepsPerEpoch);
      for (int epoch = 0; epoch < 3; epoch++) {
        EpochResult expected = results[0].epochs().get(epoch);
        EpochResult found = results[1].epochs().get(epoch);
        assertThat(found.trainLoss()).isCloseTo(expected.trainLoss(), within(1e-9));
        assertThat(found.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-6));
        assertThat(found.learningRate()).isEqualTo(expected.learningRate());
      }
      whole.forEach(
          (name, value) ->
              assertThat(parts.get(name).toDoubleArray())
                  .as(name)
                  .containsExactly(value.toDoubleArray(), within(1e-9)));
    }
  }

  private Map<String, HostTensor> train(
      TrainingConfig config, Dataset data, TrainingResult[] results, int index) {
    try (Trainer trainer = new Trainer(backend, config, data)) {
      results[index] = trainer.fit(data, null);
      return trainer.weights();
    }
  }

  @Test
  void residentDataAreAccumulatedToo() {
    Dataset data = points(41);
    TrainingConfig config = config().batch(4).accumulate(3);
    TrainingResult[] results = new TrainingResult[2];
    Map<String, HostTensor> bound = train(config, data, results, 0);
    assertThat(train(config.resident(true), data, results, 1)).isEqualTo(bound);
    assertThat(results[1].steps()).isEqualTo(results[0].steps());
  }

  /**
   * With all weights 0 and the target 1, a micro-step's gradient by a weight is -2 times its input,
   * which is 0 when dropped and 2 when kept: the mean of two masks has all of 0, -2 and -4.
   */
  @Test
  void eachMicroStepDropsOthers() {
    int width = 64;
    float[] ones = new float[2 * width];
    Arrays.fill(ones, 1);
    Dataset data =
        new TensorDataset(
            "ones",
            HostTensor.of(Shape.of(2, width), ones),
            HostTensor.of(Shape.of(2, 1), 1f, 1f),
            0);
    TrainingConfig config =
        TrainingConfig.of(
                "net",
                Sequential.of(new Dropout(0.5), new Dense(1).bias(false)),
                new MeanSquaredError(),
                new Sgd(1))
            .batch(1)
            .accumulate(2)
            .metrics(List.of());
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.loadWeights(Map.of("dense1.weight", HostTensor.zeros(TensorType.f32(1, width))));
      assertThat(trainer.fit(data, null).steps()).isEqualTo(1);
      double[] weights = trainer.weight("dense1.weight").toDoubleArray();
      assertThat(weights).contains(0, 2, 4);
      assertThat(Arrays.stream(weights).distinct().count()).isEqualTo(3);
    }
  }

  /**
   * The loader fills the seventh batch when at least one was taken, and no step of eight is done.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrainingThatStopsBetweenMicroStepsGoesOnToTheSameBits(boolean secondEpoch) {
    Dataset data = points(40);
    TrainingConfig config = config().batch(2).accumulate(8).ema(new Ema(0.9));
    TrainingResult[] results = new TrainingResult[1];
    Map<String, HostTensor> whole = train(config, data, results, 0);
    assertThat(results[0].steps()).isEqualTo(3 * 3);
    StoppingDataset stopping = new StoppingDataset(data, (secondEpoch ? 40 : 0) + 6 * 2 + 1);
    Map<String, HostTensor> state = new LinkedHashMap<>();
    Position stood;
    try (Trainer trainer = new Trainer(backend, config, stopping);
        Snapshot snapshot = trainer.snapshot()) {
      stopping.onReached = trainer::stop;
      assertThat(trainer.fit(stopping, null).complete()).isFalse();
      stood = trainer.position();
      assertThat(stood.batches()).isBetween(1, 7);
      assertThat(trainer.steps()).isEqualTo(secondEpoch ? 3 : 0);
      snapshot.take();
      snapshot.paths().forEach(path -> state.put(path, snapshot.read(path)));
    }
    assertThat(state.get(Control.MICRO_STEP.path()).item()).isEqualTo(stood.batches());
    try (Trainer trainer = new Trainer(backend, config, data)) {
      assertThatThrownBy(() -> trainer.restore(state, new Position(stood.epoch(), 8)))
          .isInstanceOf(IllegalArgumentException.class);
      trainer.restore(state, stood);
      trainer.fit(data, null);
      assertThat(trainer.weights()).isEqualTo(whole);
    }
  }

  /** Says when a sample was copied the n-th time. */
  private static final class StoppingDataset implements Dataset {
    private final Dataset data;
    private final int at;
    private final AtomicInteger copied = new AtomicInteger();
    private volatile Runnable onReached;

    StoppingDataset(Dataset data, int at) {
      this.data = data;
      this.at = at;
    }

    @Override
    public int size() {
      return data.size();
    }

    @Override
    public TensorType inputType() {
      return data.inputType();
    }

    @Override
    public TensorType targetType() {
      return data.targetType();
    }

    @Override
    public int classes() {
      return 0;
    }

    @Override
    public String description() {
      return data.description();
    }

    @Override
    public void copy(int sample, ByteBuffer input, ByteBuffer target) {
      data.copy(sample, input, target);
      if (copied.incrementAndGet() == at) {
        onReached.run();
      }
    }
  }

  @Test
  void callbacksCountOptimizerSteps() {
    List<Long> steps = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onEpochStart(int epoch, int epochs, long stepsPerEpoch) {
            steps.add(-stepsPerEpoch);
          }

          @Override
          public void onStep(long step) {
            steps.add(step);
          }
        };
    Dataset data = points(10);
    try (Trainer trainer = new Trainer(backend, config().batch(2).accumulate(3).epochs(2), data)) {
      trainer.fit(data, null, watch);
    }
    assertThat(steps).containsExactly(-2L, 1L, 2L, -2L, 3L, 4L);
  }

  @Test
  void aNaNInAnyMicroStepReachesNoWeight() {
    float[] inputs = new float[12];
    inputs[5] = Float.NaN;
    HostTensor column = HostTensor.of(Shape.of(12, 1), inputs);
    Dataset data = new TensorDataset("data", column, HostTensor.zeros(column.type()), 0);
    TrainingConfig config =
        TrainingConfig.of(
                "line", Sequential.of(new Dense(1)), new MeanSquaredError(), new Adam(0.1))
            .batch(1)
            .accumulate(12)
            .ema(new Ema(0.5))
            .metrics(List.of());
    try (Trainer trainer = new Trainer(backend, config, data)) {
      Map<String, HostTensor> before = trainer.weights();
      assertThatThrownBy(() -> trainer.fit(data, null))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("in step 0");
      assertThat(trainer.weights()).isEqualTo(before);
    }
  }

  @Test
  void theNumberOfBatchesIsChecked() {
    assertThatThrownBy(() -> config().accumulate(0))
        .hasMessage("accumulate must be at least 1, found 0");
    assertThat(config().settings()).doesNotContainKey("accumulate");
    assertThat(config().accumulate(2).settings()).containsEntry("accumulate", "2");
  }
}
