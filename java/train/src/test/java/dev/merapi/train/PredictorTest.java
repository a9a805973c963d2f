package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.SyntheticDigits;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PredictorTest {
  private static final TensorType POINT = TensorType.f32(3);
  private static final Predictor.Options OPTIONS = Predictor.Options.DEFAULT.maxBatch(5);
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static TrainingConfig config(Layer model) {
    return TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.1));
  }

  /** y = (x0 - 2 x1 + 0.5, x2). */
  private static final TrainingConfig AFFINE = config(new Dense(2));

  private static Map<String, HostTensor> affine() {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    weights.put("weight", HostTensor.of(Shape.of(2, 3), 1f, -2f, 0f, 0f, 0f, 1f));
    weights.put("bias", HostTensor.of(Shape.of(2), 0.5f, 0f));
    return weights;
  }

  private Predictor affine(Predictor.Options options) {
    return new Predictor(backend, AFFINE, POINT, affine(), options);
  }

  private static HostTensor point(int i) {
    return HostTensor.of(Shape.of(3), i, 2f * i, -i);
  }

  private static float[] expected(int i) {
    return new float[] {0.5f - 3 * i, -i};
  }

  @Test
  void predictsOneSample() {
    try (Predictor predictor = affine(OPTIONS)) {
      assertThat(predictor.inputType()).isEqualTo(POINT);
      assertThat(predictor.outputType()).isEqualTo(TensorType.f32(2));
      assertThat(predictor.predict(point(7)).toFloatArray()).containsExactly(expected(7));
    }
  }

  @Test
  void manyThreadsGetTheirOwnResults() throws Exception {
    int threads = 16;
    int calls = 200;
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try (Predictor predictor = affine(OPTIONS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t * calls;
        running.add(
            callers.submit(
                () -> {
                  for (int i = first; i < first + calls; i++) {
                    float[] found = predictor.predict(point(i)).toFloatArray();
                    assertThat(found).containsExactly(expected(i));
                  }
                }));
      }
      for (Future<?> caller : running) {
        caller.get();
      }
    } finally {
      callers.shutdownNow();
    }
  }

  /** Every number of requests at once, also more than the largest batch, which is no power of 2. */
  @Test
  void requestsThatComeTogetherKeepTheirOrder() {
    try (Predictor predictor = affine(OPTIONS.maxDelay(Duration.ofMillis(20)))) {
      for (int count = 1; count <= 12; count++) {
        List<CompletableFuture<HostTensor>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          results.add(predictor.submit(point(i)));
        }
        for (int i = 0; i < count; i++) {
          assertThat(results.get(i).join().toFloatArray()).containsExactly(expected(i));
        }
      }
    }
  }

  /** Holds the serving thread, by what depends on a result directly. */
  private static CountDownLatch hold(Predictor predictor) throws InterruptedException {
    Thread caller = Thread.currentThread();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    do {
      predictor
          .submit(point(0))
          .thenAccept(
              result -> {
                if (Thread.currentThread() != caller) { // else the result was there already
                  held.countDown();
                  await(release);
                }
              });
    } while (!held.await(1, TimeUnit.SECONDS));
    return release;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFullQueueRejectsAndThenGoesOn() throws InterruptedException {
    Predictor.Options options = OPTIONS.queueSize(4).maxDelay(Duration.ofMillis(200));
    try (Predictor predictor = affine(options)) {
      CountDownLatch release = hold(predictor);
      List<CompletableFuture<HostTensor>> accepted = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        accepted.add(predictor.submit(point(i)));
      }
      assertThatThrownBy(() -> predictor.predict(point(4)))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessage("the queue is full: expected at most 4 waiting requests");
      release.countDown();
      for (int i = 0; i < 4; i++) {
        assertThat(accepted.get(i).join().toFloatArray()).containsExactly(expected(i));
      }
      assertThat(predictor.predict(point(4)).toFloatArray()).containsExactly(expected(4));
    }
  }

  @Test
  void closeFinishesWhatWasAccepted() throws InterruptedException {
    Predictor predictor = affine(OPTIONS.maxDelay(Duration.ofMillis(200)));
    CountDownLatch release = hold(predictor);
    List<CompletableFuture<HostTensor>> accepted = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      accepted.add(predictor.submit(point(i)));
    }
    Thread closing = new Thread(predictor::close);
    closing.start();
    while (!isClosed(predictor)) {
      Thread.onSpinWait();
    }
    assertThat(closing.isAlive()).isTrue();
    release.countDown();
    closing.join();
    for (int i = 0; i < 7; i++) {
      assertThat(accepted.get(i)).isCompleted();
      assertThat(accepted.get(i).join().toFloatArray()).containsExactly(expected(i));
    }
    predictor.close();
    assertThatThrownBy(() -> predictor.predict(point(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the predictor is closed");
  }

  private static boolean isClosed(Predictor predictor) {
    try {
      predictor.submit(point(0)).cancel(false);
      return false;
    } catch (IllegalStateException e) {
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  @Test
  void aCancelledRequestIsNotServed() throws InterruptedException {
    try (Predictor predictor = affine(OPTIONS)) {
      CountDownLatch release = hold(predictor);
      CompletableFuture<HostTensor> unwanted = predictor.submit(point(1));
      CompletableFuture<HostTensor> wanted = predictor.submit(point(2));
      unwanted.cancel(false);
      release.countDown();
      assertThat(wanted.join().toFloatArray()).containsExactly(expected(2));
      assertThat(unwanted).isCancelled();
    }
  }

  @Test
  void wrongSamplesWeightsAndOptionsAreRefused() {
    try (Predictor predictor = affine(OPTIONS)) {
      assertThatThrownBy(() -> predictor.predict(HostTensor.of(Shape.of(2), 1f, 2f)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected a sample F32[3], found F32[2]");
    }
    TensorType wide = TensorType.f32(4);
    assertThatThrownBy(() -> new Predictor(backend, AFFINE, wide, affine(), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight (expected F32[2, 4], found F32[2, 3])");
    assertThatThrownBy(
            () -> new Predictor(backend, config(new Conv2d(2, 3)), POINT, Map.of(), OPTIONS))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("expected [N, C, H, W]");
    assertThatThrownBy(() -> OPTIONS.maxBatch(0)).hasMessageContaining("expected maxBatch");
  }

  /** An index that is out of range fails on the device, and so alone. */
  @Test
  void aBadSampleFailsAlone() throws InterruptedException {
    TrainingConfig config = config(Sequential.of(new Embedding(3, 2), new Flatten()));
    TensorType index = new TensorType(DType.I32, Shape.of(1));
    Map<String, HostTensor> weights =
        Map.of("embedding1.weight", HostTensor.of(Shape.of(3, 2), 0f, 1f, 2f, 3f, 4f, 5f));
    Predictor.Options options = OPTIONS.maxDelay(Duration.ofMillis(200));
    try (Predictor predictor = new Predictor(backend, config, index, weights, options)) {
      List<CompletableFuture<HostTensor>> results = new ArrayList<>();
      for (int i : new int[] {2, 5, 1}) {
        results.add(predictor.submit(HostTensor.of(Shape.of(1), i)));
      }
      assertThat(results.get(0).join().toFloatArray()).containsExactly(4, 5);
      assertThat(results.get(2).join().toFloatArray()).containsExactly(2, 3);
      assertThatThrownBy(() -> results.get(1).join()).hasCauseInstanceOf(KernelException.class);
      HostTensor wrong = HostTensor.of(Shape.of(1), -1);
      assertThatThrownBy(() -> predictor.predict(wrong)).isInstanceOf(KernelException.class);
    }
  }

  @Test
  void agreesWithTheEvaluationOfTheTrainer() {
    DataDirectories where = DataDirectories.usual(null, Map.of());
    Dataset data = new SyntheticDigits(200, 60, 1).open("train", where);
    Sequential model = Sequential.of(new Flatten(), new Dense(10));
    TrainingConfig config = config(model).batch(20).epochs(5);
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      double accuracy = trainer.evaluate(data).accuracy().orElseThrow();
      TensorType image = data.inputType();
      int right = 0;
      try (Predictor predictor =
          new Predictor(backend, config, image, trainer.weights(), OPTIONS)) {
        for (int i = 0; i < data.size(); i++) {
          HostTensor input = HostTensor.zeros(image);
          HostTensor label = HostTensor.zeros(data.targetType());
          data.copy(i, input.bytes(), label.bytes());
          right += best(predictor.predict(input)) == (int) label.item() ? 1 : 0;
        }
      }
      assertThat(right / 200.0).isCloseTo(accuracy, within(1e-9)).isGreaterThan(0.3);
    }
  }

  private static int best(HostTensor scores) {
    int best = 0;
    for (int i = 1; i < scores.elements(); i++) {
      best = scores.get(i) > scores.get(best) ? i : best;
    }
    return best;
  }

  /** Weights and statistics of a net after one step, with noise on all of them. */
  private Map<String, HostTensor> noisy(TrainingConfig config, Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F32, Shape.of(4).concat(shape)));
    for (int i = 0; i < inputs.elements(); i++) {
      inputs.set(i, random.nextDouble(-1, 1));
    }
    HostTensor labels = HostTensor.of(Shape.of(4), 0, 1, 2, 0);
    Dataset data = new TensorDataset("noise", inputs, labels, 3);
    try (Trainer trainer = new Trainer(backend, config.batch(4), data)) {
      Map<String, HostTensor> weights = trainer.weights();
      weights.forEach(
          (name, value) -> {
            boolean positive = name.endsWith("runningVariance");
            for (int i = 0; i < value.elements(); i++) {
              value.set(
                  i,
                  positive
                      ? random.nextDouble(0.2, 3)
                      : value.get(i) + random.nextDouble(-0.3, 0.3));
            }
          });
      return weights;
    }
  }

  @Test
  void foldedNormalizationsChangeNothingButTheNumberOfKernels() {
    SplittableRandom random = new SplittableRandom(5);
    for (int net = 0; net < 8; net++) {
      Sequential model = Sequential.of();
      int folded = 0;
      int blocks = 1 + random.nextInt(3);
      for (int block = 0; block < blocks; block++) {
        boolean bias = random.nextBoolean();
        int groups = 1 + random.nextInt(2);
        int channels = 2 * (1 + random.nextInt(3));
        Conv2d conv = new Conv2d(channels, 3).padding(random.nextInt(2)).bias(bias);
        model = model.add(block == 0 ? conv : conv.groups(groups));
        if (random.nextInt(4) == 0) {
          model = model.add(new Relu()).add(new BatchNorm());
        } else {
          model = model.add(new BatchNorm()).add(new Relu());
          folded++;
        }
      }
      model = model.add(new MaxPool2d(2)).add(new Flatten()).add(new Dense(6).bias(false));
      model = model.add(new BatchNorm()).add(new Tanh()).add(new Dropout()).add(new Dense(3));
      folded++;
      compareFolded(config(model), Shape.of(2, 10, 10), random.nextLong(), folded);
    }
  }

  private void compareFolded(TrainingConfig config, Shape shape, long seed, int folded) {
    Map<String, HostTensor> weights = noisy(config, shape, seed);
    TensorType type = new TensorType(DType.F32, shape);
    HostTensor input = HostTensor.zeros(type);
    SplittableRandom random = new SplittableRandom(seed + 1);
    for (int i = 0; i < input.elements(); i++) {
      input.set(i, random.nextDouble(-1, 1));
    }
    HostTensor plain;
    int kernels;
    try (Predictor predictor =
        new Predictor(backend, config, type, weights, OPTIONS.foldBatchNorm(false))) {
      plain = predictor.predict(input);
      kernels = predictor.kernels();
    }
    try (Predictor predictor = new Predictor(backend, config, type, weights, OPTIONS)) {
      double[] found = predictor.predict(input).toDoubleArray();
      assertThat(found).containsExactly(plain.toDoubleArray(), within(1e-5));
      assertThat(predictor.kernels()).isLessThanOrEqualTo(kernels - 5 * folded);
    }
  }

  @Test
  void aModelThatCarriesItsStateBeginsEachSampleWithZeros() {
    CharLstm model = new CharLstm().classes(3).hidden(4).layers(1).inputShape(Shape.of(5));
    TensorType text = new TensorType(DType.I32, Shape.of(5));
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    weights.put("lstm.weight", filled(TensorType.f32(16 * (3 + 4 + 2))));
    weights.put("fc.weight", filled(TensorType.f32(3, 4)));
    weights.put("fc.bias", filled(TensorType.f32(3)));
    HostTensor sample = HostTensor.of(Shape.of(5), 0, 2, 1, 1, 0);
    HostTensor expected;
    try (Predictor predictor = new Predictor(backend, config(model), text, weights, OPTIONS)) {
      expected = predictor.predict(sample);
      assertThat(expected.type()).isEqualTo(TensorType.f32(5, 3));
    }
    TrainingConfig carrying = config(model.carryState(true));
    try (Predictor predictor = new Predictor(backend, carrying, text, weights, OPTIONS)) {
      assertThat(predictor.predict(sample)).isEqualTo(expected);
      assertThat(predictor.predict(sample)).isEqualTo(expected);
    }
  }

  private static HostTensor filled(TensorType type) {
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, Math.sin(3 * i));
    }
    return tensor;
  }
}
