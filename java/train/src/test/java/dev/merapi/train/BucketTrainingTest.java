package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.LengthsDataset;
import dev.merapi.train.data.MultiDataset;
import dev.merapi.train.optimizer.Adam;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trainings on data whose batches have several lengths. */
class BucketTrainingTest {
  private static final Dataset DATA = new LengthsDataset(30);

  /** Sees how many ones a sample has, whatever is behind them. */
  private static final Layer MODEL =
      (net, x) ->
          net.apply("dense", new Dense(30), Ops.reshape(Ops.sum(x, 1), x.shape().dim(0), 1));

  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static TrainingConfig config() {
    return TrainingConfig.of("lengths", MODEL, new SoftmaxCrossEntropy(), new Adam(0.1))
        .metrics(List.of())
        .batch(4)
        .epochs(3);
  }

  @Test
  void anEpochTakesAllSamples() {
    try (Trainer trainer = new Trainer(backend, config(), DATA)) {
      double before = trainer.evaluate(DATA).loss();
      TrainingResult result = trainer.fit(DATA, DATA);
      assertThat(result.steps()).isEqualTo(3 * 8);
      assertThat(trainer.evaluate(DATA).samples()).isEqualTo(30);
      assertThat(trainer.evaluate(DATA).loss()).isLessThan(before);
    }
  }

  /** The zeros behind a sample are not seen by this model, so its loss is that of full length. */
  @Test
  void anEvaluationIsThatOfSamplesOfFullLength() {
    try (Trainer trainer = new Trainer(backend, config(), DATA)) {
      trainer.fit(DATA, null);
      assertThat(trainer.evaluate(DATA).loss())
          .isCloseTo(trainer.evaluate(new OneLength(DATA)).loss(), within(1e-6));
    }
  }

  private record OneLength(Dataset data) implements MultiDataset {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public List<TensorType> inputTypes() {
      return data.inputTypes();
    }

    @Override
    public List<TensorType> targetTypes() {
      return data.targetTypes();
    }

    @Override
    public int classes(int target) {
      return data.classes();
    }

    @Override
    public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
      data.copy(sample, inputs, targets);
    }
  }

  @Test
  void aTrainingThatStopsWithinAnEpochGoesOnToTheSameBits() {
    Map<String, HostTensor> whole;
    try (Trainer trainer = new Trainer(backend, config(), DATA)) {
      trainer.fit(DATA, null);
      whole = trainer.weights();
    }
    Map<String, HostTensor> state = new LinkedHashMap<>();
    Position stood;
    try (Trainer trainer = new Trainer(backend, config(), DATA);
        Snapshot snapshot = trainer.snapshot()) {
      Callback stopping =
          new Callback() {
            @Override
            public void onStep(long step) {
              if (step == 11) {
                trainer.stop();
              }
            }
          };
      assertThat(trainer.fit(DATA, null, stopping).complete()).isFalse();
      stood = trainer.position();
      assertThat(stood).isEqualTo(new Position(2, 3));
      snapshot.take();
      snapshot.paths().forEach(path -> state.put(path, snapshot.read(path)));
    }
    try (Trainer trainer = new Trainer(backend, config(), DATA)) {
      trainer.restore(state, stood);
      trainer.fit(DATA, null);
      assertThat(trainer.weights()).isEqualTo(whole);
    }
  }

  @Test
  void residentDataHaveOneLength() {
    assertThatThrownBy(() -> new Trainer(backend, config().resident(true), DATA))
        .isInstanceOf(DataException.class)
        .hasMessage("data.resident: expected data of one length, found 30 samples");
  }
}
