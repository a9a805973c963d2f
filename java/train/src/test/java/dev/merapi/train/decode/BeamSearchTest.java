package dev.merapi.train.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BeamSearchTest {
  private static final int BEGIN = 0;
  private static final int END = 1;

  /**
   * A made-up language: the probabilities after a beginning are drawn with a seed of all its
   * tokens, so that nothing can be known of them but by reading it.
   */
  private static double[] logProbabilities(int sequence, List<Integer> beginning, int vocabulary) {
    Random random = new Random(31L * beginning.hashCode() + sequence);
    random.nextDouble();
    double[] weights = random.doubles(vocabulary).map(u -> Math.exp(3 * u)).toArray();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.log(weights[i] / sum);
    }
    return weights;
  }

  /** Rows that remember what they read. */
  private static NextTokens language(int sequences, int width, int vocabulary) {
    List<List<Integer>> rows =
        new ArrayList<>(Collections.nCopies(sequences * width, List.<Integer>of()));
    return (parents, tokens) -> {
      List<List<Integer>> before = List.copyOf(rows);
      double[] all = new double[rows.size() * vocabulary];
      for (int i = 0; i < rows.size(); i++) {
        assertThat(parents[i] / width).as("rows stay with their sequence").isEqualTo(i / width);
        rows.set(i, with(before.get(parents[i]), tokens[i]));
        double[] row = logProbabilities(i / width, rows.get(i), vocabulary);
        System.arraycopy(row, 0, all, i * vocabulary, vocabulary);
      }
      return HostTensor.of(Shape.of(rows.size(), vocabulary), all);
    };
  }

  private static List<Integer> with(List<Integer> tokens, int token) {
    return Stream.concat(tokens.stream(), Stream.of(token)).toList();
  }

  /** All sequences there are, with their scores by the formula of Wu et al. */
  private static void enumerate(
      int sequence,
      List<Integer> read,
      double sum,
      int vocabulary,
      int maxLength,
      double penalty,
      List<Hypothesis> found) {
    int length = read.size();
    List<Integer> written = read.subList(1, length);
    double[] next = logProbabilities(sequence, read, vocabulary);
    for (int token = 0; token < vocabulary; token++) {
      double logProbability = sum + next[token];
      double score = logProbability / Math.pow((5.0 + length) / 6, penalty);
      if (token == END) {
        found.add(new Hypothesis(written, logProbability, score, true));
      } else if (length == maxLength) {
        found.add(new Hypothesis(with(written, token), logProbability, score, false));
      } else {
        enumerate(
            sequence, with(read, token), logProbability, vocabulary, maxLength, penalty, found);
      }
    }
  }

  private static Hypothesis best(int sequence, int vocabulary, int maxLength, double penalty) {
    List<Hypothesis> all = new ArrayList<>();
    enumerate(sequence, List.of(BEGIN), 0, vocabulary, maxLength, penalty, all);
    return Collections.max(all, Comparator.comparingDouble(Hypothesis::score));
  }

  @ParameterizedTest
  @CsvSource({"3, 4, 0", "3, 4, 0.6", "3, 4, 1", "3, 4, 5", "4, 3, 0.6", "4, 3, 5", "2, 6, 2"})
  void aWideBeamFindsWhatExhaustiveSearchFinds(int vocabulary, int maxLength, double penalty) {
    int sequences = 40;
    int width = (int) Math.pow(vocabulary - 1, maxLength) + 1;
    List<List<Hypothesis>> found =
        new BeamSearch(width, penalty)
            .search(
                language(sequences, width, vocabulary),
                sequences,
                new BeamSearch.Tokens(BEGIN, END, maxLength));
    for (int i = 0; i < sequences; i++) {
      Hypothesis expected = best(i, vocabulary, maxLength, penalty);
      Hypothesis first = found.get(i).get(0);
      assertThat(first.tokens()).isEqualTo(expected.tokens());
      assertThat(first.ended()).isEqualTo(expected.ended());
      assertThat(first.score()).isCloseTo(expected.score(), within(1e-12));
      assertThat(first.logProbability()).isCloseTo(expected.logProbability(), within(1e-12));
    }
  }

  @Test
  void greedySearchTakesTheMostProbableToken() {
    int sequences = 50;
    int vocabulary = 6;
    List<List<Hypothesis>> found =
        BeamSearch.greedy()
            .search(
                language(sequences, 1, vocabulary),
                sequences,
                new BeamSearch.Tokens(BEGIN, END, 8));
    for (int i = 0; i < sequences; i++) {
      List<Integer> read = new ArrayList<>(List.of(BEGIN));
      double sum = 0;
      while (read.size() <= 8) {
        double[] next = logProbabilities(i, read, vocabulary);
        int token = 0;
        for (int j = 1; j < vocabulary; j++) {
          token = next[j] > next[token] ? j : token;
        }
        sum += next[token];
        if (token == END) {
          break;
        }
        read.add(token);
      }
      assertThat(found.get(i)).hasSize(1);
      assertThat(found.get(i).get(0).tokens()).isEqualTo(read.subList(1, read.size()));
      assertThat(found.get(i).get(0).logProbability()).isCloseTo(sum, within(1e-12));
    }
  }

  /**
   * a (0.6) leads to 0.5 at most, b (0.4) to 0.9: greedy search takes a, a beam of 2 finds b end.
   */
  @Test
  void aBeamLooksFurtherThanGreedySearch() {
    double[][] table = {{0, 0, 0.6, 0.4}, {0, 1, 0, 0}, {0, 0.5, 0.25, 0.25}, {0, 0.9, 0.1, 0}};
    NextTokens next =
        (parents, tokens) -> {
          double[] all = new double[tokens.length * 4];
          for (int i = 0; i < tokens.length; i++) {
            for (int j = 0; j < 4; j++) {
              all[4 * i + j] = Math.log(table[tokens[i]][j]);
            }
          }
          return HostTensor.of(Shape.of(tokens.length, 4), all);
        };
    BeamSearch.Tokens tokens = new BeamSearch.Tokens(BEGIN, END, 5);
    List<Hypothesis> greedy = BeamSearch.greedy().search(next, 1, tokens).get(0);
    List<Hypothesis> beam = new BeamSearch(2, 0).search(next, 1, tokens).get(0);
    assertThat(greedy.get(0).tokens()).containsExactly(2);
    assertThat(Math.exp(greedy.get(0).logProbability())).isCloseTo(0.3, within(1e-12));
    assertThat(beam.get(0).tokens()).containsExactly(3);
    assertThat(Math.exp(beam.get(0).logProbability())).isCloseTo(0.36, within(1e-12));
    assertThat(beam.get(0).ended()).isTrue();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new BeamSearch(0, 1))
        .hasMessageContaining("a width of at least 1 and a length penalty of at least 0, found 0");
    assertThatThrownBy(() -> new BeamSearch(2, -0.5)).hasMessageContaining("found 2 and -0.5");
    assertThatThrownBy(() -> new BeamSearch.Tokens(BEGIN, END, 0))
        .hasMessage("maxLength must be at least 1, found 0");
  }
}
