package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Tokens;
import dev.merapi.train.data.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestWordsTest {
  private static final Vocabulary WORDS = Vocabulary.of(Tokens.PLAIN_WORDS, List.of("a b c d"), 20);

  /** Four that are no words point the same way as a. */
  private static final HostTensor VECTORS =
      HostTensor.of(TensorType.f32(8, 2), 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 0, 5, -1, 0, 3, 3);

  @Test
  void theNearestPointTheSameWay() {
    NearestWords nearest = new NearestWords(WORDS, VECTORS);
    assertThat(nearest.of("a", 3).keySet()).containsExactly("d", "b", "c");
    assertThat(nearest.of("a", 3).get("d")).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(nearest.of("a", 1)).hasSize(1);
    assertThat(nearest.similarity("a", "c")).isCloseTo(-1, within(1e-12));
    assertThat(nearest.similarity("b", "c")).isCloseTo(0, within(1e-12));
  }

  @Test
  void mistakesAreNamed() {
    NearestWords nearest = new NearestWords(WORDS, VECTORS);
    assertThatThrownBy(() -> nearest.of("e", 1)).hasMessage("'e' is not in the vocabulary");
    assertThatThrownBy(() -> new NearestWords(WORDS, HostTensor.zeros(TensorType.f32(7, 2))))
        .hasMessage("expected vectors [8, dim], found F32[7, 2]");
  }
}
