package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.TaggedDataset.Sentence;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sentences with tags, those of the made-up grammar too. */
class GrammarTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));

  /** The words of a sentence, how many they are, and their tags. */
  private static List<int[]> sample(Dataset data, int sample) {
    List<HostTensor> tensors =
        Stream.concat(data.inputTypes().stream(), data.targetTypes().stream())
            .map(HostTensor::zeros)
            .toList();
    List<ByteBuffer> bytes = tensors.stream().map(HostTensor::bytes).toList();
    data.copy(sample, bytes.subList(0, 2), bytes.subList(2, 3));
    assertThat(bytes).noneMatch(ByteBuffer::hasRemaining);
    return tensors.stream()
        .map(tensor -> tensor.bytes().asIntBuffer())
        .map(
            ints -> {
              int[] numbers = new int[ints.capacity()];
              ints.get(0, numbers);
              return numbers;
            })
        .toList();
  }

  private static TaggedDataset small(Sentence... sentences) {
    return new TaggedDataset(
        "small",
        List.of(sentences),
        Vocabulary.of(Tokens.PLAIN_WORDS, List.of("cats sleep"), 9),
        List.of("N", "V"),
        3);
  }

  @Test
  void sentencesArePadded() {
    TaggedDataset data =
        small(
            new Sentence(List.of("cats", "sleep"), List.of("N", "V")),
            new Sentence(List.of("sleep", "dogs", "cats"), List.of("N", "V", "N")));
    assertThat(data.vocabularies().get("text").size()).isEqualTo(6);
    assertThat(data.classNames()).containsExactly("N", "V");
    assertThat(data.classes()).isEqualTo(2);
    assertThat(sample(data, 0))
        .containsExactly(new int[] {4, 5, 0}, new int[] {2}, new int[] {0, 1, -1});
    assertThat(sample(data, 1))
        .containsExactly(new int[] {5, 1, 4}, new int[] {3}, new int[] {0, 1, 0});
    assertThat(data.encode(List.of("sleep", "well")).toDoubleArray()).containsExactly(5, 1);
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> small(new Sentence(List.of("a", "b", "c", "d"), List.of("N"))))
        .hasMessage("expected words and a tag for each, found 4 and 1");
    Sentence strange = new Sentence(List.of("cats"), List.of("X"));
    assertThatThrownBy(() -> small(strange))
        .isInstanceOf(DataException.class)
        .hasMessage("small: expected one of the tags [N, V], found X");
    Sentence four = new Sentence(List.of("a", "b", "c", "d"), List.of("N", "N", "N", "N"));
    assertThatThrownBy(() -> small(four))
        .hasMessage("small: expected sentences of at most 3 words, found 4 in 'a b c d'");
    assertThatThrownBy(() -> new Grammar(0, 1, 16, 1)).hasMessageContaining("found train 0");
  }

  @Test
  void theGrammarsSentencesHaveManyLengthsAndAmbiguousWords() {
    TaggedDataset data = new Grammar(300, 50, 12, 1).open("train", NOWHERE);
    assertThat(data.size()).isEqualTo(300);
    assertThat(data.classNames())
        .containsExactly("ADJ", "ADV", "AUX", "CONJ", "DET", "NOUN", "PREP", "PRON", "VERB");
    assertThat(data.inputTypes())
        .containsExactly(
            new TensorType(DType.I32, Shape.of(12)), new TensorType(DType.I32, Shape.of()));
    Set<Integer> lengths = new HashSet<>();
    Set<Integer> tagsOfRound = new HashSet<>();
    int round = (int) data.encode(List.of("round")).item();
    for (int i = 0; i < data.size(); i++) {
      List<int[]> sample = sample(data, i);
      int length = sample.get(1)[0];
      lengths.add(length);
      int verbs = 0;
      for (int place = 0; place < 12; place++) {
        int word = sample.get(0)[place];
        int tag = sample.get(2)[place];
        assertThat(word).isBetween(place < length ? 4 : 0, place < length ? 38 : 0);
        assertThat(tag).isBetween(place < length ? 0 : -1, place < length ? 8 : -1);
        verbs += tag == 8 ? 1 : 0;
        if (word == round) {
          tagsOfRound.add(tag);
        }
      }
      assertThat(verbs).as("a sentence has a verb").isPositive();
    }
    assertThat(lengths).hasSizeGreaterThan(7).allMatch(length -> length >= 3 && length <= 12);
    assertThat(tagsOfRound).as("ADJ, NOUN, PREP, VERB").containsExactlyInAnyOrder(0, 5, 6, 8);
    assertThat(data.vocabularies().get("text").size()).isEqualTo(39);
  }

  @Test
  void sentencesDependOnSeedSplitAndNumber() {
    TaggedDataset train = new Grammar(20, 20, 16, 1).open("train", NOWHERE);
    TaggedDataset more = new Grammar(30, 20, 16, 1).open("train", NOWHERE);
    TaggedDataset test = new Grammar(20, 20, 16, 1).open("test", NOWHERE);
    TaggedDataset other = new Grammar(20, 20, 16, 2).open("train", NOWHERE);
    assertThat(sample(more, 7)).usingRecursiveComparison().isEqualTo(sample(train, 7));
    assertThat(sample(test, 7).get(0)).isNotEqualTo(sample(train, 7).get(0));
    assertThat(sample(other, 7).get(0)).isNotEqualTo(sample(train, 7).get(0));
    assertThat(sample(train, 8).get(0)).isNotEqualTo(sample(train, 7).get(0));
  }
}
