package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.DropConnect;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.GaussianNoise;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Ema;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.clip.ClipByGlobalNorm;
import dev.merapi.train.clip.ClipByNorm;
import dev.merapi.train.constraint.ClipParameters;
import dev.merapi.train.constraint.MaxNorm;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import dev.merapi.train.penalty.ElasticNet;
import dev.merapi.train.penalty.L2;
import dev.merapi.train.plateau.EarlyStopping;
import dev.merapi.train.plateau.ReduceOnPlateau;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings with all that regularizes, on all devices. */
class RegularizationTest {
  private static final Dataset DATA = data();

  private static Dataset data() {
    SplittableRandom random = new SplittableRandom(4);
    int size = 20;
    float[] pixels = new float[size * 36];
    int[] labels = new int[size];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
      labels[i / 36] = random.nextInt(3);
    }
    return new TensorDataset(
        "noise",
        HostTensor.of(Shape.of(size, 1, 6, 6), pixels),
        HostTensor.of(Shape.of(size), labels),
        3);
  }

  private static TrainingConfig config() {
    Sequential model =
        Sequential.of(
            new GaussianNoise(0.2),
            new Conv2d(4, 3),
            new Tanh(),
            new Flatten(),
            new DropConnect(8),
            new Tanh(),
            new Dense(3));
    return TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.05).momentum(0.9))
        .batch(3)
        .epochs(3);
  }

  /** Seven batches an epoch, the last one smaller, make four steps. */
  private static TrainingConfig regularized() {
    return config()
        .accumulate(2)
        .clips(List.of(new ClipByNorm(1), new ClipByGlobalNorm(1.2)))
        .penalties(List.of(new L2(0.01), new ElasticNet(1e-3, 1e-3).parameters("*.bias")))
        .constraints(List.of(new MaxNorm(0.9), new ClipParameters(-0.5, 0.5)))
        .rates(Map.of("conv*", 0.5, "*.bias", 2.0))
        .ema(new Ema(0.8).warmUp(true))
        .earlyStopping(new EarlyStopping(2).metric("train_loss"))
        .reduceOnPlateau(new ReduceOnPlateau(0.5, 0).metric("train_loss").threshold(0.5));
  }

  private static void require(String device) {
    var availability = Backends.availability().get(device);
    Assumptions.assumeTrue(availability.usable(), availability.reason());
  }

  private static Map<String, HostTensor> train(String device, TrainingConfig config) {
    try (Backend backend = Backends.open(device);
        Trainer trainer = new Trainer(backend, config, DATA)) {
      assertThat(trainer.fit(DATA, DATA).steps()).isEqualTo(3 * 4);
      return trainer.weights();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda"})
  void aDeviceTrainsAsTheReferenceDoes(String device) {
    require(device);
    Map<String, HostTensor> expected = train("reference", regularized());
    Map<String, HostTensor> found = train(device, regularized());
    expected.forEach(
        (name, value) ->
            assertThat(found.get(name).toDoubleArray())
                .as(name)
                .containsExactly(value.toDoubleArray(), within(1e-5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void sameSeedGivesTheSameBits(String device) {
    require(device);
    assertThat(train(device, regularized())).isEqualTo(train(device, regularized()));
  }

  private static List<String> updates(Program program) {
    return program.steps().stream()
        .filter(step -> !step.step().inPlace().isEmpty())
        .map(PreparedStep::kernelName)
        .toList();
  }

  /** Parameters, slots and averages of all layers, and sums of their gradients. */
  @Test
  void updatesStayOneKernel() {
    StandIn.require();
    try (Backend backend = Backends.open("cuda");
        Trainer whole = new Trainer(backend, config().ema(new Ema(0.9)), DATA);
        Trainer parts = new Trainer(backend, config().ema(new Ema(0.9)).accumulate(2), DATA)) {
      assertThat(updates(whole.trainingProgram()))
          .containsExactly("cuda.fusedScalars", "cuda.forEach");
      assertThat(updates(parts.trainingProgram()))
          .containsExactlyInAnyOrder("cuda.fusedScalars", "cuda.forEach");
      assertThat(updates(parts.updateProgram().orElseThrow()))
          .containsExactlyInAnyOrder("cuda.fusedScalars", "cuda.forEach");
    }
    assertThat(StandIn.LIVE_ALLOCATIONS.read()).isZero();
  }
}
