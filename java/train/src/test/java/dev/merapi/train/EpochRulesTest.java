package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.checkpoint.Checkpoint;
import dev.merapi.train.checkpoint.Checkpointer;
import dev.merapi.train.checkpoint.Checkpoints;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import dev.merapi.train.plateau.EarlyStopping;
import dev.merapi.train.plateau.ReduceOnPlateau;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each epoch halves the distance of the prediction, at first 6, from the target 1: 3.5, 2.25,
 * 1.625, 1.3125. For the validation the target is 3, so that the first epoch is the best one: then
 * w = 2 and b = -0.5.
 */
class EpochRulesTest {
  private static final Dataset VALIDATION =
      new TensorDataset(
          "three", HostTensor.of(Shape.of(1, 1), 2f), HostTensor.of(Shape.of(1, 1), 3f), 0);
  private static final TrainingConfig PLAIN = OneParameter.config(new Sgd(0.05)).epochs(8);

  @TempDir private Path folder;
  private final Backend backend = Backends.open("reference");

  @AfterEach
  void close() {
    backend.close();
  }

  private Trainer trainer(TrainingConfig config) {
    Trainer trainer = new Trainer(backend, config, OneParameter.DATA);
    trainer.loadWeights(
        Map.of(
            "dense1.weight", HostTensor.of(Shape.of(1, 1), 3f),
            "dense1.bias", HostTensor.of(Shape.of(1), 0f)));
    return trainer;
  }

  private static void requireWeights(Trainer trainer, double weight, double bias) {
    Map<String, HostTensor> weights = trainer.weights();
    assertThat(weights.get("dense1.weight").item()).isCloseTo(weight, within(1e-5));
    assertThat(weights.get("dense1.bias").item()).isCloseTo(bias, within(1e-5));
  }

  @Test
  void theTrainingEndsWithItsBestWeights() {
    try (Trainer trainer = trainer(PLAIN.earlyStopping(new EarlyStopping(2)))) {
      TrainingResult result = trainer.fit(OneParameter.DATA, VALIDATION);
      assertThat(result.epochs()).hasSize(3);
      assertThat(result.complete()).isTrue();
      assertThat(result.bestEpoch()).hasValue(1);
      requireWeights(trainer, 2, -0.5);
      assertThat(trainer.evaluate(VALIDATION).loss()).isCloseTo(0.25, within(1e-4));
      // another training begins anew
      assertThat(trainer.fit(OneParameter.DATA, VALIDATION).epochs()).hasSize(3);
    }
  }

  @Test
  void theLastWeightsStayWhereThatIsWanted() {
    EarlyStopping last = new EarlyStopping(2).restoreBest(false);
    try (Trainer trainer = trainer(PLAIN.earlyStopping(last))) {
      TrainingResult result = trainer.fit(OneParameter.DATA, VALIDATION);
      assertThat(result.epochs()).hasSize(3);
      assertThat(result.bestEpoch()).isEmpty();
      requireWeights(trainer, 1.25, -0.875);
      assertThat(trainer.stateTypes()).doesNotContainKey("dense1.weight/best");
    }
  }

  /** A training that comes to its last epoch has its best weights too. */
  @Test
  void noTrainingEndsWithWorseWeights() {
    try (Trainer trainer = trainer(PLAIN.epochs(2).earlyStopping(new EarlyStopping(5)))) {
      assertThat(trainer.fit(OneParameter.DATA, VALIDATION).epochs()).hasSize(2);
      requireWeights(trainer, 2, -0.5);
    }
  }

  /** The averaged predictions are 3.5, 2.875 and 2.25, of which the second is nearest to 3. */
  @Test
  void theBestAveragesAreTheEnd() {
    TrainingConfig config = PLAIN.ema(new Ema(0.5)).earlyStopping(new EarlyStopping(1));
    try (Trainer trainer = trainer(config)) {
      assertThat(trainer.fit(OneParameter.DATA, VALIDATION).epochs()).hasSize(3);
      requireWeights(trainer, 1.75, -0.625);
      assertThat(trainer.weight("dense1.weight").item()).isCloseTo(1.25, within(1e-5));
    }
  }

  @Test
  void theTrainLossNeedsNoValidation() {
    EarlyStopping onTraining = new EarlyStopping(1).metric("train_loss").minDelta(10);
    try (Trainer trainer = trainer(PLAIN.earlyStopping(onTraining))) {
      // 25, 6.25, 1.5625: the third is no longer better by 10
      assertThat(trainer.fit(OneParameter.DATA, null).epochs()).hasSize(3);
    }
  }

  @Test
  void theMetricMustBeThere() {
    try (Trainer trainer = trainer(PLAIN.earlyStopping(new EarlyStopping(2)))) {
      assertThatThrownBy(() -> trainer.fit(OneParameter.DATA, null))
          .isInstanceOf(GraphException.class)
          .hasMessage(
              "earlyStopping: expected a metric of the training, one of train_loss, found"
                  + " validation_loss");
    }
    ReduceOnPlateau other = new ReduceOnPlateau(0.5, 1).metric("validation_acuracy");
    try (Trainer trainer = trainer(PLAIN.reduceOnPlateau(other))) {
      assertThatThrownBy(() -> trainer.fit(OneParameter.DATA, VALIDATION))
          .hasMessage(
              "reduceOnPlateau: expected a metric of the training, one of train_loss,"
                  + " validation_loss, found validation_acuracy");
    }
  }

  /** The second epoch and the third are no better than the first. */
  @Test
  void theLearningRateFallsOnAPlateau() {
    TrainingConfig config = PLAIN.epochs(4).reduceOnPlateau(new ReduceOnPlateau(0.5, 0));
    try (Trainer trainer = trainer(config)) {
      List<EpochResult> epochs = trainer.fit(OneParameter.DATA, VALIDATION).epochs();
      assertThat(epochs.stream().mapToDouble(EpochResult::learningRate).toArray())
          .containsExactly(new double[] {0.05, 0.05, 0.025, 0.0125}, within(1e-9));
    }
  }

  /** Whatever checkpoint one goes on from, also one of the end. */
  @Test
  void everyCheckpointLeadsToTheSameEnd() {
    TrainingConfig config =
        PLAIN
            .epochs(20)
            .ema(new Ema(0.5))
            .earlyStopping(new EarlyStopping(4))
            .reduceOnPlateau(new ReduceOnPlateau(0.5, 0).cooldown(1));
    Map<String, HostTensor> end;
    TrainingResult whole;
    try (Trainer trainer = trainer(config)) {
      Checkpointer.Options options =
          new Checkpointer.Options(0, 100, config.settings(), Map.of("device", "here"));
      try (Checkpointer checkpointer =
          new Checkpointer(trainer, new Checkpoints(folder), options, null)) {
        whole = trainer.fit(OneParameter.DATA, VALIDATION, checkpointer);
      }
      end = trainer.weights();
    }
    assertThat(whole.epochs()).hasSizeBetween(5, 19);
    List<Path> all = new Checkpoints(folder).folders();
    assertThat(all).hasSize(whole.epochs().size());
    for (Path path : all) {
      Checkpoint checkpoint = Checkpoint.read(path);
      try (Trainer trainer = new Trainer(backend, config, OneParameter.DATA)) {
        checkpoint.restore(trainer, config.settings());
        assertThat(trainer.weights()).isEqualTo(checkpoint.weights());
        TrainingResult result = trainer.fit(OneParameter.DATA, VALIDATION);
        assertThat(result.steps()).isEqualTo(whole.steps());
        assertThat(result.bestEpoch()).isEqualTo(whole.bestEpoch());
        assertThat(trainer.weights()).isEqualTo(end);
      }
    }
  }

  @Test
  void settingsTellOnlyWhatIsSet() {
    assertThat(PLAIN.settings()).doesNotContainKeys("earlyStopping", "reduceOnPlateau");
    assertThat(PLAIN.earlyStopping(new EarlyStopping(2)).settings())
        .containsEntry(
            "earlyStopping",
            "EarlyStopping[patience=2, minDelta=0.0, metric=validation_loss, mode=AUTO,"
                + " restoreBest=true]");
  }
}
