package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.Lenet5;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.optimizer.AdamW;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.optimizer.RmsProp;
import dev.merapi.train.optimizer.Sgd;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The losses of LeNet-5's first eight steps are PyTorch's. The golden values were printed by {@code
 * src/test/python/lenet5_losses.py} with PyTorch 2 on the CPU.
 */
class Lenet5GoldenTest {
  static Stream<Arguments> golden() {
    return Stream.of(
        Arguments.of(
            new Sgd(0.05).momentum(0.9),
            new double[] {
              2.368286, 2.360626, 2.346684, 2.328187, 2.305923, 2.281933, 2.256501, 2.228694
            }),
        Arguments.of(
            new Adam(0.001),
            new double[] {
              2.368286, 2.353880, 2.337675, 2.321524, 2.301756, 2.277534, 2.249123, 2.217671
            }),
        Arguments.of(
            new RmsProp(0.0005),
            new double[] {
              2.368286, 2.299948, 2.151117, 1.976998, 1.971188, 1.985932, 1.716918, 1.455496
            }),
        Arguments.of(
            new AdamW(0.001).weightDecay(0.1),
            new double[] {
              2.368286, 2.353875, 2.337672, 2.321535, 2.301784, 2.277589, 2.249373, 2.217781
            }));
  }

  private static HostTensor wave(Shape shape, double factor, double phase, double scale) {
    HostTensor tensor = HostTensor.zeros(TensorType.f32(shape.toArray()));
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, scale * Math.sin(factor * i + phase));
    }
    return tensor;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void trainsAsPyTorchDoes(Optimizer optimizer, double[] losses) {
    HostTensor images = wave(Shape.of(8, 1, 28, 28), 0.013, 0.5, 1);
    HostTensor labels = HostTensor.of(Shape.of(8), 3, 1, 4, 1, 5, 9, 2, 6);
    Dataset data = new TensorDataset("waves", images, labels, 10);
    TrainingConfig config =
        TrainingConfig.of("lenet5", new Lenet5(), new SoftmaxCrossEntropy(), optimizer).batch(8);
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config, data)) {
      Map<String, HostTensor> weights = new LinkedHashMap<>();
      trainer
          .weights()
          .forEach(
              (path, value) -> {
                int k = weights.size();
                weights.put(path, wave(value.shape(), 0.7 + 0.1 * k, k, 0.15));
              });
      trainer.loadWeights(weights);
      Batch batch = new Batch(images, labels);
      double before = 0;
      for (int step = 0; step < losses.length; step++) {
        trainer.step(batch);
        double sum = trainer.requireFinite() * (step + 1);
        assertThat(sum - before).as("loss of step %d", step).isCloseTo(losses[step], within(2e-5));
        before = sum;
      }
    }
  }
}
