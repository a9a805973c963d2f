package dev.merapi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training, not only inference, has its biases and activations within the heavy kernels. */
class CpuTrainingProgramTest {
  private static final int STEPS = 20;

  private static Trainer lenet5(Backend backend) {
    Workload workload = Workload.ALL.get("lenet5");
    TrainingConfig config =
        TrainingConfig.of(
                "lenet5",
                workload.model(),
                new SoftmaxCrossEntropy(),
                new Sgd(workload.learningRate()).momentum(0.9))
            .batch(workload.batch());
    Batch batch = workload.data(config.seed());
    return new Trainer(
        backend,
        config,
        new TensorDataset("made-up data", batch.inputs(), batch.targets(), workload.classes()));
  }

  @Test
  void lenet5HasFusedConvolutionsAndMatrixProducts() {
    assumeTrue(Backends.availability().get("cpu").usable());
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = lenet5(backend)) {
      List<String> forward =
          trainer.trainingProgram().steps().stream()
              .map(step -> step.kernelName().split("\\.")[1])
              .filter(name -> name.endsWith("WithBias"))
              .toList();
      assertThat(forward)
          .containsExactly(
              "convolutionWithBias",
              "convolutionWithBias",
              "matMulWithBias",
              "matMulWithBias",
              "matMulWithBias");
    }
  }

  @Test
  void lenet5LearnsAsOnTheReference() {
    assumeTrue(Backends.availability().get("cpu").usable());
    try (Backend cpu = Backends.open("cpu");
        Backend reference = Backends.open("reference");
        Trainer fast = lenet5(cpu);
        Trainer exact = lenet5(reference)) {
      Batch batch = Workload.ALL.get("lenet5").data(1);
      for (int step = 0; step < STEPS; step++) {
        fast.step(batch);
        exact.step(batch);
        double expected = exact.requireFinite();
        assertThat(fast.requireFinite()).isCloseTo(expected, within(1e-3));
      }
    }
  }
}
