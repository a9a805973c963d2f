package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkipGramsTest {
  @TempDir private Path folder;

  private SkipGramDataset open(SkipGrams options) {
    return options.open("train", new DataDirectories(List.of(folder)));
  }

  private SkipGrams write(String text, int vocabulary, int window, double subsample)
      throws IOException {
    Files.writeString(folder.resolve("text.txt"), text);
    return new SkipGrams("text.txt", vocabulary, window, 3, subsample, 1);
  }

  /** The word, the candidates and which of them is true. */
  private static List<HostTensor> sample(Dataset data, int sample, int epoch) {
    List<HostTensor> tensors =
        Stream.concat(data.inputTypes().stream(), data.targetTypes().stream())
            .map(HostTensor::zeros)
            .toList();
    List<ByteBuffer> bytes = tensors.stream().map(HostTensor::bytes).toList();
    data.reader().copy(sample, epoch, bytes.subList(0, 2), bytes.subList(2, 3));
    assertThat(bytes).noneMatch(ByteBuffer::hasRemaining);
    return tensors;
  }

  private static String word(SkipGramDataset data, double number) {
    return data.vocabularies().get(Vocabulary.TEXT).token((int) number);
  }

  @Test
  void whatStandsNearIsInTheWindowOfTheSameLine() throws IOException {
    SkipGramDataset data = open(write("a b c d e\nf g\nh\n", 20, 2, 0));
    assertThat(data.size()).as("words of lines of two or more").isEqualTo(7);
    assertThat(data.inputTypes())
        .containsExactly(TensorType.scalar(DType.I32), new TensorType(DType.I32, Shape.of(4)));
    for (int epoch = 0; epoch < 40; epoch++) {
      for (int i = 0; i < 7; i++) {
        List<HostTensor> found = sample(data, i, epoch);
        assertThat(found.get(2).toDoubleArray()).containsExactly(1, 0, 0, 0);
        String center = word(data, found.get(0).item());
        assertThat(center).isEqualTo("abcdefg".substring(i, i + 1));
        String near = word(data, found.get(1).get(0));
        int distance = Math.abs(center.charAt(0) - near.charAt(0));
        assertThat(distance).as("%s and %s", center, near).isBetween(1, 2);
        assertThat(i < 5).as("a line").isEqualTo(near.charAt(0) < 'f');
        for (int k = 1; k < 4; k++) {
          assertThat(word(data, found.get(1).get(k))).isNotEqualTo(near).matches("[a-g]");
        }
      }
    }
  }

  @Test
  void samplesAreNewInEachEpoch() throws IOException {
    SkipGramDataset data = open(write("a b c d e f g h\n".repeat(9), 20, 5, 0));
    assertThat(sample(data, 3, 1)).usingRecursiveComparison().isEqualTo(sample(data, 3, 1));
    boolean other = false;
    for (int i = 0; i < 10; i++) {
      other |= sample(data, i, 0).get(1).get(0) != sample(data, i, 1).get(1).get(0);
    }
    assertThat(other).isTrue();
  }

  /** Of 16 a and 1 b, c is given: 16^(3/4) = 8 to 1. */
  @Test
  void negativesAreDrawnByThePowerOfTheirFrequency() throws IOException {
    SkipGramDataset data = open(write("a a a a a a a a a a a a a a a a b c\n", 20, 1, 0));
    int a = 0;
    int all = 0;
    for (int epoch = 0; epoch < 2000; epoch++) {
      List<HostTensor> found = sample(data, 16, epoch); // b, beside a and c
      if (word(data, found.get(1).get(0)).equals("c")) {
        for (int k = 1; k < 4; k++) {
          a += word(data, found.get(1).get(k)).equals("a") ? 1 : 0;
          all++;
        }
      }
    }
    assertThat(all).isGreaterThan(2000);
    assertThat((double) a / all).isCloseTo(8.0 / 9, within(0.025));
  }

  @Test
  void frequentWordsAreLeftOutOften() throws IOException {
    // of "the" with f = 1/2 a share of sqrt(.02 / .5) = .2 is kept, of the others with f = 1/8 .4
    SkipGramDataset data = open(write("the a the b the c the d\n".repeat(10), 20, 5, 0.02));
    int the = 0;
    for (int i = 0; i < 2000; i++) {
      the += word(data, sample(data, i % 80, i / 80).get(0).item()).equals("the") ? 1 : 0;
    }
    assertThat(the / 2000.0).isBetween(0.2, 0.42);
  }

  @Test
  void rareWordsAndMistakes() throws IOException {
    SkipGramDataset data = open(write("x y rare x y\n", 6, 5, 0));
    assertThat(data.size()).isEqualTo(4);
    assertThatThrownBy(() -> open(write("x\ny\n", 6, 5, 0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected sentences of at least two different words");
    assertThatThrownBy(() -> open(write("x x x\n", 6, 5, 0))).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> write("", 6, 0, 0)).hasMessageContaining("found 0 and 3");
    assertThatThrownBy(() -> write("", 6, 1, -1)).hasMessageContaining("found -1");
    assertThatThrownBy(() -> open(new SkipGrams("none.txt"))).hasMessageContaining("none.txt");
  }
}
