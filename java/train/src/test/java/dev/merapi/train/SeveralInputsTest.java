package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import dev.merapi.nn.Layer;
import dev.merapi.nn.LayerGraph;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.layer.Concat;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.loss.Term;
import dev.merapi.nn.loss.WeightedSum;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.MultiDataset;
import dev.merapi.train.data.Subset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models, losses and data with more than one input, output and target. */
class SeveralInputsTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  /** Two numbers a and b from 0 to 1; what is wanted is whether a > b, and a - b. */
  private record Comparisons(int size) implements MultiDataset {
    @Override
    public List<TensorType> inputTypes() {
      return List.of(TensorType.f32(1), TensorType.f32(1));
    }

    @Override
    public List<TensorType> targetTypes() {
      return List.of(TensorType.scalar(DType.I32), TensorType.f32(1));
    }

    @Override
    public int classes(int target) {
      return target == 0 ? 2 : 0;
    }

    @Override
    public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
      float a = sample * 7 % 31 / 31f;
      float b = sample * 11 % 29 / 29f;
      inputs.get(0).putFloat(a);
      inputs.get(1).putFloat(b);
      targets.get(0).putInt(a > b ? 1 : 0);
      targets.get(1).putFloat(a - b);
    }
  }

  private static final Layer MODEL =
      LayerGraph.of("a", "b")
          .add("both", new Concat(), "a", "b")
          .add("hidden", new Dense(8), "both")
          .add("tanh", new Tanh(), "hidden")
          .add("greater", new Dense(2), "tanh")
          .add("difference", new Dense(1), "tanh")
          .outputs("greater", "difference");

  private static final WeightedSum LOSS =
      new WeightedSum(
          new Term(new SoftmaxCrossEntropy()).output("greater"),
          new Term(new MeanSquaredError()).weight(0.5).output("difference").target(1));

  private static TrainingConfig config(Layer model) {
    return TrainingConfig.of("compare", model, LOSS, new Sgd(0.5)).batch(16).epochs(30);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsTwoTasksFromTwoInputs(boolean resident) {
    Dataset data = new Comparisons(100);
    try (Trainer trainer = new Trainer(backend, config(MODEL).resident(resident), data)) {
      trainer.fit(data, null);
      Evaluation found = trainer.evaluate(data);
      assertThat(found.metrics()).containsOnlyKeys("greater_accuracy");
      assertThat(found.metric("greater_accuracy").orElseThrow()).isGreaterThan(0.95);
      assertThat(found.loss()).isLessThan(0.3);
    }
  }

  @Test
  void subsetsHaveAllInputsAndTargets() {
    Dataset data = new Comparisons(10);
    Dataset last = new Subset(data, 9);
    List<ByteBuffer> inputs =
        last.inputTypes().stream().map(t -> HostTensor.zeros(t).bytes()).toList();
    List<ByteBuffer> targets =
        last.targetTypes().stream().map(t -> HostTensor.zeros(t).bytes()).toList();
    last.copy(0, inputs, targets);
    assertThat(inputs.get(0).flip().getFloat()).isEqualTo(1 / 31f); // 63 mod 31
    assertThat(inputs.get(1).flip().getFloat()).isEqualTo(12 / 29f); // 99 mod 29
    assertThat(targets.get(0).flip().getInt()).isZero();
    assertThat(last.classes(1)).isZero();
  }

  @Test
  void gradientsAgreeWithDifferences() {
    GradientCheck.Result result =
        GradientCheck.againstDifferences(backend, config(MODEL), new Comparisons(8), 8);
    assertThat(result.parameters()).hasSize(6);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
  }

  /** A head that is there in training only: evaluations have the main one's loss alone. */
  @Test
  void anAuxiliaryHeadIsLeftOutOfEvaluations() {
    MultiLayer model =
        (net, inputs) -> {
          Value x = Ops.concat(1, inputs.get(0), inputs.get(1));
          Value main = net.apply("main", new Dense(2), x);
          Value aux = net.apply("aux", new Dense(1), x);
          Outputs outputs = Outputs.of("greater", main);
          return net.training() ? outputs.and("difference", aux) : outputs;
        };
    Dataset data = new Comparisons(64);
    try (Trainer trainer = new Trainer(backend, config(model), data);
        Trainer other = Trainer.forEvaluation(backend, config(model), data)) {
      HostTensor before = trainer.weight("aux.weight");
      trainer.fit(data, null);
      assertThat(trainer.weight("aux.weight")).isNotEqualTo(before);
      other.loadWeights(trainer.weights());
      Evaluation found = other.evaluate(data);
      assertThat(found.metrics()).containsOnlyKeys("accuracy");
      assertThat(found.loss()).isEqualTo(trainer.evaluate(data).loss());
    }
  }

  /** The gradient of 3 w^2 is 6 w: at w = 0.25 a step of 0.1 leaves 0.25 - 0.15 = 0.1. */
  @Test
  void aModelAddsToItsLossInTraining() {
    Layer model =
        (net, x) -> {
          Value weight = net.parameter("weight", Shape.of(), new Constant(0.25));
          net.addLoss(Ops.mul(Ops.square(weight), 3));
          return x;
        };
    HostTensor sample = HostTensor.zeros(TensorType.f32(1, 1));
    Dataset data = new TensorDataset("zero", sample, sample, 0);
    TrainingConfig config = TrainingConfig.of("it", model, new MeanSquaredError(), new Sgd(0.1));
    try (Trainer trainer = new Trainer(backend, config, data)) {
      double loss = trainer.fit(data, null).epochs().get(0).trainLoss();
      assertThat(loss).isEqualTo(0.1875);
      assertThat(trainer.weight("weight").item()).isCloseTo(0.1, within(1e-7));
      assertThat(trainer.evaluate(data).loss()).isZero();
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Dataset data = new Comparisons(16);
    WeightedSum typo = new WeightedSum(new Term(new SoftmaxCrossEntropy()).output("greatr"));
    TrainingConfig wrong = TrainingConfig.of("compare", MODEL, typo, new Sgd(0.5));
    assertThatThrownBy(() -> new Trainer(backend, wrong, data))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("expected one of the outputs [greater, difference], found 'greatr'");
    Layer narrow =
        LayerGraph.of("a", "b")
            .add("both", new Concat(), "a", "b")
            .add("greater", new Dense(1), "both")
            .add("difference", new Dense(1), "both")
            .outputs("greater", "difference");
    assertThatThrownBy(() -> new Trainer(backend, config(narrow), data))
        .isInstanceOf(GraphException.class)
        .hasMessage("compare: expected predictions of the 2 classes of the data, found [16, 1]");
    assertThatThrownBy(() -> new Trainer(backend, config(new Dense(2)), data))
        .isInstanceOf(GraphException.class)
        .hasMessage("compare: dense: expected one input, found 2");
  }
}
