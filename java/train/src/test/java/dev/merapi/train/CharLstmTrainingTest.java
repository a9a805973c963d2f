package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.train.data.Subset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.TextDataset;
import dev.merapi.train.optimizer.Adam;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small character model learns, carries its state and has right gradients. */
class CharLstmTrainingTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static TrainingConfig config(CharLstm model) {
    return TrainingConfig.of("charLstm", model, new SoftmaxCrossEntropy(), new Adam(0.02)).batch(4);
  }

  private static TextDataset text(int length) {
    return new TextDataset("text", "aab".repeat(200), "ab", length);
  }

  /**
   * In pieces of one character, what follows an a can be known only from the piece before: without
   * it, an a leaves one bit open, which makes 2/3 ln 2 for each character.
   */
  @Test
  void aCarriedStateRemembersThePieceBefore() {
    TextDataset data = text(1);
    CharLstm model = new CharLstm(Shape.of(1), 2, 8, 1, false);
    assertThat(loss(model, data)).isCloseTo(2 * Math.log(2) / 3, within(0.03));
    assertThat(loss(model.carryState(true), data)).isLessThan(0.05);
  }

  private double loss(CharLstm model, TextDataset data) {
    try (Trainer trainer = new Trainer(backend, config(model).epochs(5), data)) {
      trainer.fit(data, null);
      return trainer.evaluate(data).loss();
    }
  }

  @Test
  void anEvaluationDoesNotDisturbTheTraining() {
    TextDataset data = text(6);
    CharLstm model = new CharLstm(Shape.of(6), 2, 4, 2, true);
    try (Trainer plain = new Trainer(backend, config(model).epochs(2), data);
        Trainer watched = new Trainer(backend, config(model).epochs(2), data)) {
      plain.fit(data, null);
      watched.fit(data, new Subset(data, 3, 4, 5, 6, 7, 8, 9, 10));
      assertThat(watched.weights()).isEqualTo(plain.weights());
      assertThat(plain.weights()).containsOnlyKeys("lstm.weight", "fc.weight", "fc.bias");
      Evaluation first = plain.evaluate(data);
      assertThat(plain.evaluate(data)).isEqualTo(first);
      assertThat(first.samples()).isEqualTo(96);
      assertThat(first.accuracy().orElseThrow()).isBetween(0.1, 1.0);
    }
  }

  @Test
  void aCarriedStateNeedsASequence() {
    HostTensor words = HostTensor.of(Shape.of(4, 2), 0, 1, 1, 0, 1, 1, 0, 0);
    TensorDataset data = new TensorDataset("words", words, words, 0);
    CharLstm model = new CharLstm(Shape.of(2), 2, 3, 1, true);
    assertThatThrownBy(() -> new Trainer(backend, config(model), data))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "the model carries [lstm.h, lstm.c] from batch to batch: expected data that are a"
                + " sequence, found words, 4 samples");
  }

  @Test
  void gradientsFitDifferences() {
    TextDataset data = text(5);
    CharLstm model = new CharLstm(Shape.of(5), 2, 3, 2, false);
    GradientCheck.Result result = GradientCheck.againstDifferences(backend, config(model), data, 3);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
    assertThat(result.parameters()).hasSize(3);
  }

  /** The masks of dropout are the same in each evaluation of the loss. */
  @Test
  void gradientsFitDifferencesWithDropout() {
    TextDataset data = text(5);
    CharLstm model = new CharLstm(Shape.of(5), 2, 3, 2, true).dropout(0.3);
    GradientCheck.Result result = GradientCheck.againstDifferences(backend, config(model), data, 3);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
    assertThat(result.parameters())
        .extracting(GradientCheck.ParameterResult::name)
        .containsExactly("lstm1.weight", "lstm2.weight", "fc.weight", "fc.bias");
  }
}
