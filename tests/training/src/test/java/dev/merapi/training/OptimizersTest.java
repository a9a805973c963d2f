package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Availability;
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
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.AdaDelta;
import dev.merapi.train.optimizer.AdaGrad;
import dev.merapi.train.optimizer.AdaGradWindow;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.optimizer.AdamW;
import dev.merapi.train.optimizer.GradientDescent;
import dev.merapi.train.optimizer.LBfgs;
import dev.merapi.train.optimizer.Lion;
import dev.merapi.train.optimizer.Momentum;
import dev.merapi.train.optimizer.Nesterov;
import dev.merapi.train.optimizer.NewtonCg;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.optimizer.RmsProp;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each optimizer takes the same steps on every device, and its loss falls. */
class OptimizersTest {
  private static final int STEPS = 6;
  private static final double TOLERANCE = 1e-4;

  static Stream<Arguments> cases() {
    List<Optimizer> optimizers =
        List.of(
            new Sgd(0.1).momentum(0.9),
            new Momentum(0.1).damped(true),
            new Nesterov(0.1),
            new AdaGrad(0.1),
            new AdaGradWindow(0.02, 4),
            new RmsProp(0.01),
            new AdaDelta().learningRate(10),
            new Adam(0.05),
            new AdamW(0.05),
            new Lion(0.01),
            new GradientDescent(0.5),
            new LBfgs().history(3),
            new NewtonCg().iterations(3).damping(0.01));
    return Stream.of("cpu", "cuda")
        .flatMap(device -> optimizers.stream().map(o -> Arguments.of(device, o)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void takesTheStepsOfTheReference(String device, Optimizer optimizer) {
    Availability availability = Backends.availability().get(device);
    Assumptions.assumeTrue(availability.usable(), availability.reason());
    TrainingConfig config =
        TrainingConfig.of(
                "small",
                Sequential.of(new Dense(8), new Tanh(), new Dense(3)),
                new SoftmaxCrossEntropy(),
                optimizer)
            .batch(TrainingConfig.ALL)
            .epochs(STEPS);
    Map<String, HostTensor> expected = train("reference", config);
    Map<String, HostTensor> found = train(device, config);
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, weight) -> {
          for (int i = 0; i < weight.elements(); i++) {
            assertThat(Math.abs(found.get(name).get(i) - weight.get(i)))
                .as("%s[%d]", name, i)
                .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(weight.get(i))));
          }
        });
  }

  private static Map<String, HostTensor> train(String device, TrainingConfig config) {
    Dataset data = data();
    try (Backend backend = Backends.open(device);
        Trainer trainer = new Trainer(backend, config, data)) {
      TrainingResult result = trainer.fit(data, null);
      assertThat(trainer.evaluate(data).loss())
          .as("the loss, beside that before the training")
          .isLessThan(0.99 * result.epochs().get(0).trainLoss());
      return trainer.weights();
    }
  }

  private static Dataset data() {
    int size = 24;
    SplittableRandom random = new SplittableRandom(8);
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F32, Shape.of(size, 6)));
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      labels.set(i, i % 3);
      for (int j = 0; j < 6; j++) {
        inputs.set(6 * i + j, random.nextGaussian() + (j == i % 3 ? 1 : 0));
      }
    }
    return new TensorDataset("three classes", inputs, labels, 3);
  }
}
