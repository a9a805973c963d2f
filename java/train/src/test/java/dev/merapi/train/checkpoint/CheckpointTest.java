package dev.merapi.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Position;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.TextDataset;
import dev.merapi.train.data.Tokens;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.io.Safetensors;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.schedule.Cosine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  static final Dataset POINTS = points();

  @TempDir private Path root;

  private static Dataset points() {
    SplittableRandom random = new SplittableRandom(1);
    int size = 45;
    float[] inputs = new float[size * 3];
    int[] labels = new int[size];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble();
      labels[i / 3] = random.nextInt(4);
    }
    return new TensorDataset(
        "points",
        HostTensor.of(Shape.of(size, 3), inputs),
        HostTensor.of(Shape.of(size), labels),
        4);
  }

  /** Running statistics, random masks, slots, and a learning rate that depends on the step. */
  static TrainingConfig config(Layer... more) {
    Sequential model =
        Sequential.of(new Dense(6), new BatchNorm(), new Tanh(), new Dropout(0.3), new Dense(4));
    for (Layer layer : more) {
      model = model.add(layer);
    }
    return TrainingConfig.of("points", model, new SoftmaxCrossEntropy(), new Adam(0.01))
        .schedule(new Cosine(0))
        .batch(7)
        .epochs(4);
  }

  private Checkpointer checkpointer(Trainer trainer, TrainingConfig config, long everySteps) {
    Checkpointer.Options options =
        new Checkpointer.Options(everySteps, 100, config.settings(), Map.of("device", "here"));
    return new Checkpointer(trainer, new Checkpoints(root), options, null);
  }

  /** Trains to the end and leaves the checkpoints of every so many steps and of the epochs. */
  static void write(Backend backend, Path folder, int everySteps) {
    TrainingConfig config = config();
    Checkpointer.Options options =
        new Checkpointer.Options(everySteps, 100, config.settings(), Map.of("device", "here"));
    try (Trainer trainer = new Trainer(backend, config, POINTS);
        Checkpointer checkpointer =
            new Checkpointer(trainer, new Checkpoints(folder), options, null)) {
      trainer.fit(POINTS, null, checkpointer);
    }
  }

  /** A checkpoint has the tokens with it that its numbers stand for. */
  @Test
  void vocabulariesAreKeptWithTheWeights() {
    Map<String, Vocabulary> vocabularies =
        Map.of(
            "source", Vocabulary.of(Tokens.SUBWORDS, List.of("été \\ \n"), 270),
            "target", Vocabulary.of(Tokens.WORDS, List.of("a b"), 9));
    TrainingConfig config = config();
    Checkpointer.Options options =
        new Checkpointer.Options(0, 1, config.settings(), Map.of(), vocabularies);
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config, POINTS);
        Checkpointer checkpointer =
            new Checkpointer(
                trainer, new Checkpoints(root.resolve("checkpoints")), options, null)) {
      checkpointer.take(0);
      checkpointer.await();
      assertThat(SavedWeights.vocabularies(root)).isEqualTo(vocabularies);
      assertThat(SavedWeights.vocabularies(root.resolve("checkpoints/000000")))
          .isEqualTo(vocabularies);
      Checkpoint read = Checkpoint.read(root.resolve("checkpoints/000000"));
      read.requireVocabularies(vocabularies);
      Map<String, Vocabulary> others =
          Map.of(
              "source", vocabularies.get("source"),
              "target", Vocabulary.of(Tokens.WORDS, List.of("a c"), 9));
      assertThatThrownBy(() -> read.requireVocabularies(others))
          .isInstanceOf(CheckpointMismatchException.class)
          .hasMessageEndingWith("\n+ vocabulary.target: other tokens than those of the checkpoint");
      Path file = root.resolve("w.safetensors");
      new Safetensors(trainer.weights(), Map.of("by", "x")).write(file);
      assertThat(SavedWeights.vocabularies(file)).isEmpty();
      new Safetensors(trainer.weights(), Map.of("vocabulary.text", "x")).write(file);
      assertThatThrownBy(() -> SavedWeights.vocabularies(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("vocabulary.text: expected the first line");
    }
  }

  private static Map<String, double[]> weights(Trainer trainer) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    trainer.weights().forEach((name, value) -> weights.put(name, value.toDoubleArray()));
    return weights;
  }

  private static void requireEqual(Map<String, double[]> found, Map<String, double[]> expected) {
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
  }

  /** Whatever checkpoint one goes on from, the end is the same, to the bit. */
  @Test
  void everyCheckpointLeadsToTheSameEnd() {
    TrainingConfig config = config();
    try (Backend backend = Backends.open("reference")) {
      Map<String, double[]> end;
      try (Trainer trainer = new Trainer(backend, config, POINTS);
          Checkpointer checkpointer = checkpointer(trainer, config, 2)) {
        trainer.fit(POINTS, POINTS, checkpointer);
        end = weights(trainer);
      }
      List<Path> all = new Checkpoints(root).folders();
      // 7 steps an epoch: each second one, and the ends of epochs
      assertThat(all).hasSize(14 + 2);
      for (Path folder : all) {
        Checkpoint checkpoint = Checkpoint.read(folder);
        try (Trainer trainer = new Trainer(backend, config, POINTS)) {
          checkpoint.restore(trainer, config.settings());
          assertThat(trainer.steps()).isEqualTo(checkpoint.step());
          TrainingResult result = trainer.fit(POINTS, POINTS);
          assertThat(result.steps()).isEqualTo(28);
          assertThat(result.complete()).isTrue();
          requireEqual(weights(trainer), end);
        }
      }
    }
  }

  @Test
  void carriedStatesGoOn() {
    Dataset text = new TextDataset("text", "abacadbbcdca".repeat(20), "abcd", 6);
    TrainingConfig config =
        TrainingConfig.of(
                "text",
                new CharLstm(Shape.of(6), 4, 5, 1, true),
                new SoftmaxCrossEntropy(),
                new Adam(0.01))
            .batch(3)
            .epochs(2);
    try (Backend backend = Backends.open("reference");
        Trainer whole = new Trainer(backend, config, text);
        Trainer resumed = new Trainer(backend, config, text)) {
      try (Checkpointer checkpointer = checkpointer(whole, config, 5)) {
        whole.fit(text, null, checkpointer);
      }
      Checkpoint.read(root.resolve("000005")).restore(resumed, config.settings());
      assertThat(resumed.position()).isEqualTo(new Position(1, 5));
      resumed.fit(text, null);
      requireEqual(weights(resumed), weights(whole));
    }
  }

  @Test
  void aTrainingThatIsStoppedGoesOn() {
    TrainingConfig config = config();
    try (Backend backend = Backends.open("reference");
        Trainer whole = new Trainer(backend, config, POINTS);
        Trainer stopped = new Trainer(backend, config, POINTS)) {
      whole.fit(POINTS, null);
      Callback stop =
          new Callback() {
            @Override
            public void onStep(long step) {
              if (step == 10) {
                stopped.stop();
              }
            }
          };
      TrainingResult result = stopped.fit(POINTS, null, stop);
      assertThat(result.complete()).isFalse();
      assertThat(result.steps()).isEqualTo(10);
      assertThat(result.epochs()).hasSize(1);
      assertThat(stopped.position()).isEqualTo(new Position(2, 3));
      try (Checkpointer checkpointer = checkpointer(stopped, config, 0)) {
        checkpointer.take(10);
      }
      try (Trainer resumed = new Trainer(backend, config, POINTS)) {
        Checkpoint.read(root.resolve("000010")).restore(resumed, config.settings());
        resumed.fit(POINTS, null);
        requireEqual(weights(resumed), weights(whole));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theNewestAndTheBestStay(int keep) {
    TrainingConfig config = config().epochs(6);
    List<Double> losses = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onEpochEnd(EpochResult result) {
            losses.add(result.validation().orElseThrow().loss());
          }
        };
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config, POINTS);
        Checkpointer checkpointer =
            new Checkpointer(
                trainer,
                new Checkpoints(root),
                new Checkpointer.Options(0, keep, Map.of(), Map.of()),
                null)) {
      trainer.fit(POINTS, POINTS, watch, checkpointer);
      checkpointer.await();
      int best = losses.indexOf(losses.stream().min(Double::compare).orElseThrow()) + 1;
      List<String> expected = new ArrayList<>();
      for (int epoch = 6; epoch > 0; epoch--) {
        if (epoch > 6 - keep || epoch == best) {
          expected.add(Checkpoints.name(7L * epoch));
        }
      }
      assertThat(new Checkpoints(root).folders())
          .extracting(folder -> folder.getFileName().toString())
          .isEqualTo(expected);
      Checkpoint newest = new Checkpoints(root).newest(damaged -> {}).orElseThrow();
      assertThat(newest.best().step()).isEqualTo(7L * best);
    }
  }

  @Test
  void anotherTrainingIsRefusedLineByLine() {
    TrainingConfig config = config();
    try (Backend backend = Backends.open("reference")) {
      try (Trainer trainer = new Trainer(backend, config, POINTS);
          Checkpointer checkpointer = checkpointer(trainer, config, 0)) {
        checkpointer.take(0);
      }
      Checkpoint checkpoint = Checkpoint.read(root.resolve("000000"));
      TrainingConfig other = config(new Tanh(), new Dense(4)).seed(7);
      try (Trainer trainer = new Trainer(backend, other, POINTS)) {
        Map<String, double[]> before = weights(trainer);
        assertThatThrownBy(() -> checkpoint.restore(trainer, other.settings()))
            .isInstanceOf(CheckpointMismatchException.class)
            .hasMessageStartingWith(root.resolve("000000") + ": is of another training")
            .hasMessageContaining("\n- seed: 42\n+ seed: 7\n")
            .hasMessageContaining("\n+ dense3.weight: F32[4, 4]\n")
            .hasMessageContaining("\n+ dense3.bias: F32[4]\n")
            .hasMessageNotContaining("- dense2.weight");
        requireEqual(weights(trainer), before);
      }
    }
  }

  @Test
  void theSurroundingsAreCompared() {
    TrainingConfig config = config();
    try (Backend backend = Backends.open("reference");
        Trainer trainer = new Trainer(backend, config, POINTS);
        Checkpointer checkpointer = checkpointer(trainer, config, 0)) {
      checkpointer.take(0);
      checkpointer.await();
      Checkpoint checkpoint = Checkpoint.read(root.resolve("000000"));
      assertThat(checkpoint.environmentDifferences(Map.of("device", "here"))).isEmpty();
      assertThat(checkpoint.environmentDifferences(Map.of("device", "there", "threads", "2")))
          .containsExactly("- device: here", "+ device: there", "+ threads: 2");
    }
  }
}
