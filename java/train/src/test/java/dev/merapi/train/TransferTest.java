package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.checkpoint.SavedWeights;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.io.Safetensors;
import dev.merapi.train.optimizer.Sgd;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was trained on one task is taken to another. */
class TransferTest {
  private Backend backend;
  @TempDir Path folder;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static Dataset data(int classes) {
    int size = 24;
    float[] inputs = new float[size * 3];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % classes;
      for (int j = 0; j < 3; j++) {
        inputs[3 * i + j] = (float) Math.sin(1 + 7 * i + 3 * j + labels[i]);
      }
    }
    return new TensorDataset(
        "waves",
        HostTensor.of(Shape.of(size, 3), inputs),
        HostTensor.of(Shape.of(size), labels),
        classes);
  }

  private static TrainingConfig config(int classes) {
    Sequential model =
        Sequential.of(new Dense(8), new BatchNorm(), new Tanh(), new Dense(8), new Tanh())
            .add("head", new Dense(classes));
    return TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.1).momentum(0.9))
        .batch(8)
        .epochs(2);
  }

  private Map<String, HostTensor> trained() {
    try (Trainer trainer = new Trainer(backend, config(2), data(2))) {
      trainer.fit(data(2), null);
      return trainer.weights();
    }
  }

  @Test
  void anotherHeadTakesAllButTheHead() {
    Map<String, HostTensor> old = trained();
    try (Trainer trainer = new Trainer(backend, config(3), data(3))) {
      Map<String, HostTensor> before = trainer.weights();
      assertThatThrownBy(() -> trainer.loadWeights(old))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the weights are not those of the model: 8 loaded; of another shape:"
                  + " head.weight (expected F32[3, 8], found F32[2, 8]),"
                  + " head.bias (expected F32[3], found F32[2])");
      assertThat(trainer.weights()).isEqualTo(before);
      LoadReport report = trainer.loadWeights(old, false);
      assertThat(report.isComplete()).isFalse();
      assertThat(report.loaded()).hasSize(8).contains("dense1.weight", "batchNorm1.runningMean");
      assertThat(report.missing()).isEmpty();
      assertThat(report.mismatched())
          .extracting("name")
          .containsExactly("head.weight", "head.bias");
      Map<String, HostTensor> after = trainer.weights();
      assertThat(after.get("dense2.weight")).isEqualTo(old.get("dense2.weight"));
      assertThat(after.get("head.weight")).isEqualTo(before.get("head.weight"));
    }
  }

  @Test
  void whatIsMissingAndWhatIsExtraIsSaid() {
    Map<String, HostTensor> weights = new LinkedHashMap<>(trained());
    HostTensor bias = weights.remove("dense2.bias");
    weights.put("dense3.bias", bias);
    try (Trainer trainer = new Trainer(backend, config(2), data(2))) {
      LoadReport report = trainer.loadWeights(weights, false);
      assertThat(report.missing()).containsExactly("dense2.bias");
      assertThat(report.unexpected()).containsExactly("dense3.bias");
      assertThat(report).hasToString("9 loaded; missing: dense2.bias; unexpected: dense3.bias");
      assertThatThrownBy(() -> trainer.loadWeights(weights)).hasMessageContaining("dense3.bias");
      Map<String, HostTensor> other = Map.of("fc.bias", bias);
      assertThatThrownBy(() -> trainer.loadWeights(other, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 loaded; missing: dense1.weight, ");
    }
  }

  @Test
  void doublesAreConverted() {
    Map<String, HostTensor> weights = trained();
    Map<String, HostTensor> doubles = new LinkedHashMap<>();
    weights.forEach((name, value) -> doubles.put(name, value.to(DType.F64)));
    try (Trainer trainer = new Trainer(backend, config(2), data(2))) {
      assertThat(trainer.loadWeights(doubles).isComplete()).isTrue();
      assertThat(trainer.weights()).isEqualTo(weights);
    }
  }

  @Test
  void whatIsFrozenStaysAndHasNoSlots() {
    Map<String, HostTensor> old = trained();
    TrainingConfig config = config(3).freeze("dense1", "batchNorm*");
    try (Trainer trainer = new Trainer(backend, config, data(3))) {
      trainer.loadWeights(old, false);
      trainer.fit(data(3), null);
      Map<String, HostTensor> after = trainer.weights();
      List<String> frozen =
          old.keySet().stream().filter(name -> name.matches("(dense1|batchNorm1)\\..*")).toList();
      assertThat(frozen).hasSize(6);
      assertThat(frozen).allSatisfy(name -> assertThat(after.get(name)).isEqualTo(old.get(name)));
      assertThat(after.get("dense2.weight")).isNotEqualTo(old.get("dense2.weight"));
      assertThat(trainer.stateTypes().keySet().stream().filter(path -> path.endsWith("/momentum")))
          .containsExactly(
              "dense2.weight/momentum",
              "dense2.bias/momentum",
              "head.weight/momentum",
              "head.bias/momentum");
    }
    assertThat(config.settings()).containsEntry("freeze", "[dense1, batchNorm*]");
    assertThat(config(3).settings()).doesNotContainKey("freeze");
  }

  /**
   * Three dense layers are three products forwards, one each for the gradients of their weights,
   * and one each for those of the inputs of all but the first that is trained.
   */
  @Test
  void theBackwardPassStopsAtTheFirstLayerThatIsTrained() {
    assertThat(products()).isEqualTo(3 + 3 + 2);
    assertThat(products("dense1")).isEqualTo(3 + 2 + 2);
    assertThat(products("dense1", "batchNorm1")).isEqualTo(3 + 2 + 1);
    assertThat(products("dense*", "batchNorm1")).isEqualTo(3 + 1);
    assertThat(products("dense2")).isEqualTo(3 + 2 + 2);
    assertThat(products("*")).isEqualTo(3);
  }

  private long products(String... frozen) {
    CompileOptions options = CompileOptions.DEFAULT.fuse(false);
    TrainingConfig config = config(2).freeze(frozen);
    try (Trainer trainer = new Trainer(backend, config, data(2), options)) {
      return trainer.trainingProgram().graph().nodes().stream()
          .filter(node -> node.op() instanceof MatMul)
          .count();
    }
  }

  @Test
  void aPatternThatMeansNothingIsAnError() {
    assertThatThrownBy(() -> new Trainer(backend, config(2).freeze("conv1"), data(2)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("freeze: 'conv1' is no layer or variable of the model");
  }

  @Test
  void weightsAreReadFromFilesAndFolders() {
    Map<String, HostTensor> weights = Map.of("fc.bias", HostTensor.of(Shape.of(2), 1f, 2f));
    Path file = folder.resolve("weights.safetensors");
    assertThat(SavedWeights.exist(folder)).isFalse();
    assertThatThrownBy(() -> SavedWeights.read(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no weights there");
    new Safetensors(weights).write(file);
    assertThat(SavedWeights.exist(folder)).isTrue();
    assertThat(SavedWeights.read(file)).isEqualTo(weights);
    assertThat(SavedWeights.read(folder)).isEqualTo(weights);
  }
}
