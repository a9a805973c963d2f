package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {
  private static final int SENTENCES = 3;
  private static final int PLACES = 2;
  private static final int WORDS = 5;
  private static final int DIM = 4;
  private static final MemoryNetwork MODEL =
      new MemoryNetwork(Shape.of(SENTENCES, PLACES), WORDS, DIM, 2);

  private static Value indices(Build build, String name, int... dims) {
    return Input.of(build.net().graph(), name, new TensorType(DType.I32, Shape.of(dims)));
  }

  /** The sum of a sentence's vectors, weighted by (1 - j / J) - (d / D) (1 - 2 j / J). */
  private static double[] sentence(HostTensor table, int... words) {
    double[] sum = new double[DIM];
    for (int j = 1; j <= words.length; j++) {
      for (int d = 1; d <= DIM && words[j - 1] > 0; d++) {
        double place = (double) j / PLACES;
        double weight = (1 - place) - (double) d / DIM * (1 - 2 * place);
        sum[d - 1] += weight * table.get(words[j - 1] * DIM + d - 1);
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < DIM; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static double[] memory(Map<String, HostTensor> found, int k, int time, int... words) {
    double[] memory = sentence(found.get("words" + k), words);
    for (int d = 0; d < DIM; d++) {
      memory[d] += found.get("times" + k).get(time * DIM + d);
    }
    return memory;
  }

  /** The paper's formulas for one sample, with loops. */
  private static double[] expected(
      Map<String, HostTensor> found, List<int[]> story, int[] question) {
    double[] state = sentence(found.get("words0"), question);
    for (int k = 1; k <= 2; k++) {
      double[] next = state.clone();
      double total = 0;
      double[] weights = new double[story.size()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.exp(dot(state, memory(found, k - 1, i, story.get(i))));
        total += weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        double[] read = memory(found, k, i, story.get(i));
        for (int d = 0; d < DIM; d++) {
          next[d] += weights[i] / total * read[d];
        }
      }
      state = next;
    }
    double[] logits = new double[WORDS];
    for (int word = 0; word < WORDS; word++) {
      for (int d = 0; d < DIM; d++) {
        logits[word] += state[d] * found.get("words2").get(word * DIM + d);
      }
    }
    return logits;
  }

  /** The second story has two sentences, one of which has one word. */
  @Test
  void looksAtTheSentencesThatThereAre() {
    Build build = Build.training();
    Value logits =
        MODEL
            .build(
                build.net(),
                List.of(indices(build, "story", 2, 3, 2), indices(build, "question", 2, 2)))
            .first();
    assertThat(build.variables())
        .containsExactlyInAnyOrder(
            "places F32[2, 4]",
            "words0 F32[5, 4]",
            "words1 F32[5, 4]",
            "words2 F32[5, 4]",
            "times0 F32[3, 4]",
            "times1 F32[3, 4]",
            "times2 F32[3, 4]");
    Map<String, HostTensor> found =
        build.run(
            logits,
            Map.of(
                "story",
                HostTensor.of(Shape.of(2, 3, 2), 1, 2, 3, 4, 2, 2, 4, 1, 3, 0, 0, 0),
                "question",
                HostTensor.of(Shape.of(2, 2), 1, 4, 3, 0)));
    double[] first =
        expected(
            found, List.of(new int[] {1, 2}, new int[] {3, 4}, new int[] {2, 2}), new int[] {1, 4});
    double[] second =
        expected(found, List.of(new int[] {4, 1}, new int[] {3, 0}), new int[] {3, 0});
    double[] both = new double[2 * WORDS];
    System.arraycopy(first, 0, both, 0, WORDS);
    System.arraycopy(second, 0, both, WORDS, WORDS);
    assertThat(found.get("y").toDoubleArray())
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(both);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> MODEL.inputShape(Shape.of(3)))
        .isInstanceOf(GraphException.class)
        .hasMessage("memoryNetwork: expected stories [sentences, words], found [3]");
    assertThatThrownBy(() -> MODEL.hops(0))
        .hasMessage(
            "memoryNetwork: expected at least 2 classes, 1 dim and 1 hop, found 5, 4 and 0");
    Build build = Build.training();
    assertThatThrownBy(() -> MODEL.build(build.net(), List.of(build.input(2, 3, 2))))
        .hasMessage(
            "memoryNetwork: expected a story and a question of words I32, found [F32[2, 3, 2]]");
  }
}
