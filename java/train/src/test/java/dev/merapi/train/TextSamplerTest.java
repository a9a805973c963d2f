package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.train.data.TextDataset;
import dev.merapi.train.optimizer.Adam;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TextSamplerTest {
  private final TextDataset data = new TextDataset("text", "aab".repeat(200), "ab", 4);
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static TrainingConfig config(boolean carryState) {
    CharLstm model = new CharLstm(Shape.of(4), 2, 8, 1, carryState);
    return TrainingConfig.of("text", model, new SoftmaxCrossEntropy(), new Adam(0.02))
        .batch(4)
        .epochs(5);
  }

  private Map<String, HostTensor> trained() {
    try (Trainer trainer = new Trainer(backend, config(true), data)) {
      trainer.fit(data, null);
      return trainer.weights();
    }
  }

  @Test
  void writesWhatItLearned() {
    try (TextSampler sampler = new TextSampler(backend, config(true), "ab", trained())) {
      assertThat(sampler.sample("aab", 12, 0.1, 1)).isEqualTo("aabaabaabaab");
      assertThat(sampler.sample("baa", 12, 0.1, 2)).isEqualTo("baabaabaabaa");
      assertThat(sampler.sample("a", 0, 1, 1)).isEmpty();
      // heat makes the two characters about as likely, whatever was learned
      String wild = sampler.sample("aab", 400, 1000, 3);
      assertThat(wild.chars().filter(c -> c == 'a').count()).isBetween(160L, 240L);
      assertThat(sampler.sample("aab", 400, 1000, 3)).isEqualTo(wild);
      assertThat(sampler.sample("aab", 400, 1000, 4)).isNotEqualTo(wild);
    }
  }

  /** Heat makes all characters about as likely, of those that are drawn from at all. */
  @Test
  void drawsFromTheLikeliestOnes() {
    try (TextSampler sampler = new TextSampler(backend, config(true), "ab", trained())) {
      assertThat(sampler.sample("aab", 12, 1000, 1, 3)).isEqualTo("aabaabaabaab");
      String wild = sampler.sample("aab", 400, 1000, 3);
      assertThat(sampler.sample("aab", 400, 1000, 2, 3)).isEqualTo(wild);
      assertThat(sampler.sample("aab", 400, 1000, 9, 3)).isEqualTo(wild);
      assertThatThrownBy(() -> sampler.sample("a", 1, 1, -1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("topK of at least 0, found 'a', 1, 1.0 and -1");
    }
  }

  /** Weights of 0 make all characters equally likely; then the first ones are drawn from. */
  @Test
  void ofEquallyLikelyOnesTheFirstCount() {
    Map<String, HostTensor> weights = new HashMap<>(trained());
    weights.replaceAll((name, weight) -> HostTensor.zeros(weight.type()));
    try (TextSampler sampler = new TextSampler(backend, config(true), "ab", weights)) {
      assertThat(sampler.sample("b", 20, 1, 1, 5)).isEqualTo("a".repeat(20));
      assertThat(sampler.sample("b", 20, 1, 2, 5)).contains("a", "b");
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    Map<String, HostTensor> weights = trained();
    assertThatThrownBy(() -> new TextSampler(backend, config(false), "ab", weights))
        .isInstanceOf(GraphException.class)
        .hasMessage("the model does not carry its state from one character to the next");
    assertThatThrownBy(() -> new TextSampler(backend, config(true), "abc", weights))
        .hasMessage("expected logits [1, 1, 3] for one of 3 characters, found F32[1, 1, 2]");
    try (TextSampler sampler = new TextSampler(backend, config(true), "ab", weights)) {
      assertThatThrownBy(() -> sampler.sample("c", 1, 1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'c' is not in the vocabulary");
      assertThatThrownBy(() -> sampler.sample("a", 1, 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "a temperature above 0 and topK of at least 0, found 'a', 1, 0.0 and 0");
    }
  }
}
