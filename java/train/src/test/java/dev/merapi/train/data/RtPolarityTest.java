package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RtPolarityTest {
  @TempDir private Path root;
  private DataDirectories where;

  /** Twenty sentences, each with a word of its own: bad0 to bad9 and good0 to good9. */
  @BeforeEach
  void write() throws IOException {
    where = new DataDirectories(List.of(root));
    Path folder = Files.createDirectories(root.resolve("rt-polarity"));
    StringBuilder bad = new StringBuilder();
    StringBuilder good = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      bad.append("a film , bad").append(i).append(" . \n");
      good.append("a film , good").append(i).append(" . \n");
    }
    Files.writeString(folder.resolve("rt-polarity.neg"), bad);
    Files.writeString(folder.resolve("rt-polarity.pos"), good);
  }

  private static RtPolarity source(int seed) {
    return new RtPolarity(100, 4, 0.2, seed);
  }

  /** The third word and the label of each sample. */
  private static List<List<Integer>> samples(Dataset data) {
    List<List<Integer>> samples = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      HostTensor input = HostTensor.zeros(data.inputType());
      HostTensor target = HostTensor.zeros(data.targetType());
      data.copy(i, input.bytes(), target.bytes());
      samples.add(List.of((int) input.get(2), (int) target.item()));
    }
    return samples;
  }

  @Test
  void aShareOfTheSentencesIsKeptForTheTest() {
    WordDataset train = source(1).open("train", where);
    WordDataset test = source(1).open("test", where);
    assertThat(train.size()).isEqualTo(16);
    assertThat(test.size()).isEqualTo(4);
    assertThat(train.classNames()).containsExactly("negative", "positive");
    assertThat(train.description()).isEqualTo("rt-polarity train, 16 samples, 18 words");
    assertThat(samples(source(1).open("test", where))).isEqualTo(samples(test));
    assertThat(source(2).open("train", where).words()).isNotEqualTo(train.words());
  }

  /** Words that only the test has are unknown, number 1: its sentences are not looked at. */
  @Test
  void theVocabularyIsThatOfTheTrainingPart() {
    WordDataset train = source(1).open("train", where);
    Set<String> words = new TreeSet<>(train.words());
    assertThat(words).hasSize(18).contains("a", "film");
    Set<Integer> seen = new HashSet<>();
    for (List<Integer> sample : samples(train)) {
      assertThat(seen.add(sample.get(0))).isTrue();
      String word = train.words().get(sample.get(0) - 4);
      assertThat(word).startsWith(sample.get(1) == 0 ? "bad" : "good");
    }
    assertThat(samples(source(1).open("test", where)))
        .extracting(sample -> sample.get(0))
        .containsOnly(1);
  }

  @Test
  void mistakesAreNamed() throws IOException {
    assertThatThrownBy(() -> new RtPolarity(100, 4, 1, 1)).hasMessageContaining("test");
    assertThatThrownBy(() -> new RtPolarity().length(0)).hasMessageContaining("length");
    assertThatThrownBy(() -> source(1).open("validation", where))
        .hasMessageContaining("has the splits train, test; found validation");
    Files.delete(root.resolve("rt-polarity/rt-polarity.pos"));
    assertThatThrownBy(() -> source(1).open("train", where))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found no rt-polarity.pos[.gz] in ")
        .hasMessageContaining("`merapi fetch rt-polarity`");
  }
}
