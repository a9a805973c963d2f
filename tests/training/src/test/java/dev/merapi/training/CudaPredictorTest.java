package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Predictor;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Predictions on the cuda backend, over the libraries that stand in for CUDA's. */
class CudaPredictorTest {
  private static final int SAMPLES = 24;
  private static final Shape IMAGE = Shape.of(2, 6, 6);
  private static final Predictor.Options OPTIONS = Predictor.Options.DEFAULT.maxBatch(4);

  @BeforeEach
  void require() {
    StandIn.require();
  }

  private static HostTensor image(int sample) {
    HostTensor image = HostTensor.zeros(new TensorType(DType.F32, IMAGE));
    for (int i = 0; i < image.elements(); i++) {
      image.set(i, Math.sin(1 + 5 * sample + 0.7 * i));
    }
    return image;
  }

  private static Dataset data() {
    HostTensor images =
        HostTensor.zeros(image(0).type().withShape(Shape.of(SAMPLES).concat(IMAGE)));
    var bytes = images.bytes();
    IntStream.range(0, SAMPLES).forEach(sample -> bytes.put(image(sample).bytes()));
    int[] labels = IntStream.range(0, SAMPLES).map(sample -> sample % 3).toArray();
    return new TensorDataset("waves", images, HostTensor.of(Shape.of(SAMPLES), labels), 3);
  }

  private static TrainingConfig config() {
    Sequential model =
        Sequential.of(new Conv2d(4, 3), new BatchNorm(), new Relu(), new Flatten(), new Dense(3));
    return TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.1)).batch(8);
  }

  /** Several threads ask, another one than opened the device serves; nothing is left behind. */
  @Test
  void threadsGetWhatTheReferenceGives() throws InterruptedException {
    Map<String, HostTensor> weights;
    List<HostTensor> expected = new ArrayList<>();
    TensorType type = image(0).type();
    try (Backend reference = Backends.open("reference")) {
      try (Trainer trainer = new Trainer(reference, config(), data())) {
        trainer.fit(data(), null);
        weights = trainer.weights();
      }
      try (Predictor predictor =
          new Predictor(reference, config(), type, weights, OPTIONS.foldBatchNorm(false))) {
        IntStream.range(0, SAMPLES).forEach(i -> expected.add(predictor.predict(image(i))));
      }
    }
    List<Thread> threads = new ArrayList<>();
    HostTensor[] found = new HostTensor[SAMPLES];
    try (Backend cuda = Backends.open("cuda");
        Predictor predictor = new Predictor(cuda, config(), type, weights, OPTIONS)) {
      int allocations = StandIn.LIVE_ALLOCATIONS.read();
      for (int thread = 0; thread < 4; thread++) {
        int first = thread;
        Runnable caller =
            () -> {
              for (int i = first; i < SAMPLES; i += 4) {
                found[i] = predictor.predict(image(i));
              }
            };
        threads.add(new Thread(caller));
        threads.get(thread).start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(StandIn.LIVE_ALLOCATIONS.read()).isEqualTo(allocations);
    }
    for (int i = 0; i < SAMPLES; i++) {
      assertThat(found[i].toDoubleArray())
          .containsExactly(expected.get(i).toDoubleArray(), within(1e-5));
    }
    assertThat(StandIn.LIVE_ALLOCATIONS.read()).as("allocations that live on").isZero();
    assertThat(StandIn.LIVE_HANDLES.read()).as("handles that live on").isZero();
  }
}
