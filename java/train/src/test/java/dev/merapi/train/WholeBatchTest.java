package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Elu;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Gelu;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.AdaGradWindow;
import dev.merapi.train.optimizer.GradientDescent;
import dev.merapi.train.optimizer.LBfgs;
import dev.merapi.train.optimizer.Momentum;
import dev.merapi.train.optimizer.NewtonCg;
import dev.merapi.train.optimizer.Optimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers that see all data and all parameters at once, on problems whose minima are known. */
class WholeBatchTest {
  private static final Loss ITSELF = (prediction, target) -> Ops.sum(prediction);

  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  /** The minimum of the sum over i of curvature(i) (w(i) - i)^2 / 2 is at w(i) = i. */
  private static Layer quadratic(int n, double condition) {
    Initializer zeros = (type, key) -> HostTensor.zeros(type);
    return (net, x) -> {
      var away = Ops.sub(net.parameter("weight", Shape.of(n), zeros), x);
      var power = Ops.mul(x, Math.log(condition) / (n - 1));
      return Ops.mul(Ops.mul(Ops.exp(power), Ops.square(away)), 0.5);
    };
  }

  /** The sum of 100 (w(i + 1) - w(i)^2)^2 + (1 - w(i))^2, whose minimum is at w = 1. */
  private static Layer rosenbrock(double... start) {
    int n = start.length;
    return (net, x) -> {
      var w = net.parameter("weight", Shape.of(n), (type, key) -> HostTensor.of(type, start));
      var head = Ops.slice(w, List.of(0), List.of(n - 1));
      var tail = Ops.slice(w, List.of(1), List.of(n));
      var valley = Ops.mul(Ops.square(Ops.sub(tail, Ops.square(head))), 100);
      return Ops.add(valley, Ops.square(Ops.sub(head, 1)));
    };
  }

  /** One sample: 0, 1, 2, ... */
  private static Dataset count(int n) {
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F64, Shape.of(1, n)));
    for (int i = 0; i < n; i++) {
      inputs.set(i, i);
    }
    HostTensor none = HostTensor.zeros(new TensorType(DType.F64, Shape.of(1)));
    return new TensorDataset("count", inputs, none, 0);
  }

  private static TrainingConfig config(Layer model, Loss loss, Optimizer optimizer) {
    return TrainingConfig.of("problem", model, loss, optimizer)
        .batch(TrainingConfig.ALL)
        .metrics(List.of())
        .precision(Precision.F64);
  }

  private double[] minimum(Layer problem, Optimizer optimizer, int n, int steps) {
    Dataset data = count(n);
    TrainingConfig config = config(problem, ITSELF, optimizer).epochs(steps);
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      return trainer.weight("weight").toDoubleArray();
    }
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * The numbers of steps here and below are those of a NumPy script of the formulas, and close to
   * the evaluations that PyTorch's LBFGS with strong_wolfe needs: 47 here, then 45 and 55.
   */
  @Test
  void lBfgsMinimizesAQuadratic() {
    double[] expected = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(minimum(quadratic(10, 100), new LBfgs(), 10, 51))
        .containsExactly(expected, within(1e-8));
  }

  /** A step to find out where it goes, and one to go there. */
  @Test
  void newtonMinimizesAQuadraticInOneStep() {
    double[] expected = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(minimum(quadratic(10, 100), new NewtonCg().iterations(10), 10, 1))
        .containsExactly(expected, within(1e-8));
    assertThat(minimum(quadratic(10, 100), new NewtonCg().iterations(15), 10, 5))
        .containsExactly(expected, within(1e-12));
  }

  @Test
  void theyMinimizeRosenbrocksFunction() {
    Layer two = rosenbrock(-1.2, 1);
    assertThat(minimum(two, new LBfgs(), 2, 44)).containsExactly(ones(2), within(1e-8));
    assertThat(minimum(two, new NewtonCg().iterations(2), 2, 50))
        .containsExactly(ones(2), within(1e-8));
    Layer six = rosenbrock(0, 0, 0, 0, 0, 0);
    assertThat(minimum(six, new NewtonCg(), 6, 60)).containsExactly(ones(6), within(1e-8));
    assertThat(minimum(six, new LBfgs(), 6, 55)).containsExactly(ones(6), within(1e-8));
  }

  /** Two classes that overlap, so that the best weights are finite. */
  private static Dataset twoClasses() {
    int size = 40;
    Random random = new Random(3);
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F64, Shape.of(size, 3)));
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      labels.set(i, i % 2);
      for (int j = 0; j < 3; j++) {
        inputs.set(3 * i + j, 3 * random.nextGaussian() + (i % 2) * j);
      }
    }
    return new TensorDataset("two classes", inputs, labels, 2);
  }

  /** The norm of the gradient and the loss after so many steps. */
  private double[] logistic(Optimizer optimizer, int steps) {
    Dataset data = twoClasses();
    TrainingConfig config = config(new Dense(2), new SoftmaxCrossEntropy(), optimizer);
    try (Trainer trainer = new Trainer(backend, config.epochs(steps), data)) {
      EpochResult last = trainer.fit(data, null).epochs().get(steps - 1);
      return new double[] {last.gradientNorm(), trainer.evaluate(data).loss()};
    }
  }

  @Test
  void logisticRegressionTakesFewerStepsThanGradientDescent() {
    double[] descent = logistic(new GradientDescent(0.1), 25);
    double[] slow = logistic(new GradientDescent(0.1), 3000);
    double[] quasi = logistic(new LBfgs(), 25);
    double[] newton = logistic(new NewtonCg().damping(1e-9), 12);
    assertThat(descent[0]).isGreaterThan(1e-2);
    assertThat(quasi[0]).isLessThan(1e-4);
    assertThat(newton[0]).isLessThan(1e-6);
    assertThat(quasi[1]).isCloseTo(newton[1], within(1e-8)).isLessThan(descent[1]);
    assertThat(slow[1]).isCloseTo(newton[1], within(1e-6));
  }

  /** Where only rounding is left to gain, steps are harmless. */
  @Test
  void goingOnAtTheMinimumStaysThere() {
    Dataset data = twoClasses();
    double minimum = logistic(new NewtonCg().damping(1e-9), 12)[1];
    for (Optimizer optimizer : List.of(new LBfgs(), new NewtonCg())) {
      for (Precision precision : List.of(Precision.F32, Precision.F64)) {
        TrainingConfig config =
            config(new Dense(2), new SoftmaxCrossEntropy(), optimizer).precision(precision);
        try (Trainer trainer = new Trainer(backend, config.epochs(120), data)) {
          trainer.fit(data, null);
          assertThat(trainer.evaluate(data).loss())
              .as("%s %s", optimizer, precision)
              .isCloseTo(minimum, within(precision == Precision.F32 ? 1e-6 : 1e-9));
        }
      }
    }
  }

  private static Dataset images(boolean labelled) {
    Random random = new Random(5);
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.F64, Shape.of(6, 1, 6, 6)));
    for (int i = 0; i < inputs.elements(); i++) {
      inputs.set(i, random.nextGaussian());
    }
    TensorType type =
        labelled
            ? new TensorType(DType.I32, Shape.of(6))
            : new TensorType(DType.F64, Shape.of(6, 3));
    HostTensor targets = HostTensor.zeros(type);
    for (int i = 0; i < targets.elements(); i++) {
      targets.set(i, labelled ? i % 3 : random.nextGaussian());
    }
    return new TensorDataset("images", inputs, targets, labelled ? 3 : 0);
  }

  private static Sequential convolutions() {
    return Sequential.of(
        new Conv2d(3, 3).padding(1),
        new Tanh(),
        new MaxPool2d(2),
        new Conv2d(2, 2),
        new Elu(),
        new Flatten(),
        new Dense(5),
        new Gelu(),
        new Dense(3));
  }

  /** Loss after loss never rises by more than a search allows, and falls far. */
  @Test
  void newtonTrainsConvolutionsByBothLosses() {
    for (boolean labelled : List.of(true, false)) {
      Loss loss = labelled ? new SoftmaxCrossEntropy() : new MeanSquaredError();
      Dataset data = images(labelled);
      TrainingConfig config = config(convolutions(), loss, new NewtonCg().damping(0.1));
      try (Trainer trainer = new Trainer(backend, config.epochs(40), data)) {
        double before = trainer.evaluate(data).loss();
        trainer.fit(data, null);
        assertThat(trainer.evaluate(data).loss()).as("%s", loss).isLessThan(before / 20);
      }
    }
  }

  @Test
  void whatCannotBeDifferentiatedTwiceIsNamed() {
    Dataset data = images(true);
    Layer model = Sequential.of(new Flatten(), new Dense(4), new LayerNorm(), new Dense(3));
    TrainingConfig config = config(model, new SoftmaxCrossEntropy(), new NewtonCg());
    assertThatThrownBy(() -> new Trainer(backend, config, data).close())
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("layerNorm");
  }

  @Test
  void batchesAreRefused() {
    Dataset data = twoClasses();
    TrainingConfig config = config(new Dense(2), new SoftmaxCrossEntropy(), new LBfgs());
    assertThatThrownBy(() -> new Trainer(backend, config.batch(10), data).close())
        .hasMessage(
            "LBfgs: expected the whole training set in each step (batch: all), found 4 steps per"
                + " epoch");
    TrainingConfig single = config.rates(Map.of("weight", 0.1));
    assertThatThrownBy(() -> new Trainer(backend, single, data).close())
        .hasMessage(
            "LBfgs moves all parameters together: expected no clip, constraints or rates beside it,"
                + " found clip [], constraints [], rates {weight=0.1}");
    assertThatThrownBy(() -> new LBfgs().history(0))
        .hasMessage("history must be at least 1, found 0");
    assertThatThrownBy(() -> new NewtonCg().iterations(0)).hasMessageContaining("iterations must");
    assertThatThrownBy(() -> new NewtonCg().damping(-1)).hasMessageContaining("damping must");
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new LBfgs().history(3), new NewtonCg(), new AdaGradWindow(0.1, 4), new Momentum(0.1));
  }

  /** From any of its steps on, a resumed training has the bits of one that never stopped. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void aResumedTrainingHasTheSameBits(Optimizer optimizer) {
    Dataset data = twoClasses();
    Layer model = Sequential.of(new Dense(4), new Tanh(), new Dense(2));
    TrainingConfig config = config(model, new SoftmaxCrossEntropy(), optimizer);
    try (Trainer whole = new Trainer(backend, config.epochs(14), data);
        Trainer first = new Trainer(backend, config.epochs(7), data);
        Trainer second = new Trainer(backend, config.epochs(14), data)) {
      whole.fit(data, null);
      first.fit(data, null);
      second.restore(state(first), new Position(8, 0));
      second.fit(data, null);
      assertThat(second.steps()).isEqualTo(14);
      assertThat(state(second)).isEqualTo(state(whole));
      assertThat(second.weights()).isNotEqualTo(first.weights());
    }
  }

  private static Map<String, HostTensor> state(Trainer trainer) {
    Map<String, HostTensor> state = new LinkedHashMap<>();
    try (Snapshot snapshot = trainer.snapshot()) {
      snapshot.take();
      snapshot.paths().forEach(path -> state.put(path, snapshot.read(path)));
    }
    return state;
  }
}
