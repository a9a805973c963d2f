package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.augment.AugmentedDataset;
import dev.merapi.train.data.augment.Typos;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePairsTest {
  @TempDir private Path root;

  private DataFolder folder() {
    return new DataFolder(root);
  }

  private void write(String file, String text) throws IOException {
    folder().write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static SentencePairs pairs(String test, int vocabulary, int length, Integer... buckets) {
    return new SentencePairs(
        "texts/a", "", test, "en", "fr", Tokens.WORDS, vocabulary, length, List.of(buckets));
  }

  /** All inputs and then all targets of a sample. */
  private static List<double[]> sample(Dataset data, int index) {
    List<HostTensor> inputs = data.inputTypes().stream().map(HostTensor::zeros).toList();
    List<HostTensor> targets = data.targetTypes().stream().map(HostTensor::zeros).toList();
    data.copy(
        index,
        inputs.stream().map(HostTensor::bytes).toList(),
        targets.stream().map(HostTensor::bytes).toList());
    return Stream.concat(inputs.stream(), targets.stream()).map(HostTensor::toDoubleArray).toList();
  }

  @Test
  void linesOfTwoFilesArePairs() throws IOException {
    write("texts/a.en", "a cat \n a a dog\n");
    write("texts/a.fr.gz", "un chat\nun chien noir");
    PairedSentences data = pairs("", 7, 4).open("train", folder().directories());

    TensorType tokens = new TensorType(DType.I32, Shape.of(4));
    assertThat(data.inputTypes()).containsExactly(tokens, TensorType.scalar(DType.I32), tokens);
    assertThat(data.targetTypes()).containsExactly(tokens);
    // a, cat and dog are 4 to 6; un, chat, chien 4 to 6, and there is no room for noir
    List<double[]> first = sample(data, 0);
    assertThat(first.get(0)).containsExactly(4, 5, 3, 0);
    assertThat(first.get(1)).containsExactly(3);
    assertThat(first.get(2)).containsExactly(2, 4, 5, 0);
    assertThat(first.get(3)).containsExactly(4, 5, 3, 0);
    List<double[]> second = sample(data, 1);
    assertThat(second.get(0)).containsExactly(4, 4, 6, 3);
    assertThat(second.get(1)).containsExactly(4);
    assertThat(second.get(2)).containsExactly(2, 4, 6, 1);
    assertThat(second.get(3)).containsExactly(4, 6, 1, 3);

    assertThat(data.sources()).containsExactly("a cat", "a a dog");
    assertThat(data.targets()).containsExactly("un chat", "un chien noir");
    assertThat(data.classes()).isEqualTo(7);
    assertThat(data.classNames())
        .containsExactly("<pad>", "<unk>", "<s>", "</s>", " un", " chat", " chien");
    assertThat(data.vocabularies().get("source").tokens()).containsExactly(" a", " cat", " dog");
    assertThat(data.description()).isEqualTo("a.en and a.fr.gz, 2 pairs, 7 words and 7 words");
  }

  @Test
  void longSentencesAreCut() throws IOException {
    write("texts/a.en", "a b c\n\n");
    write("texts/a.fr", "c b a\n\n");
    PairedSentences data = pairs("", 9, 2).open("train", folder().directories());
    assertThat(sample(data, 0))
        .containsExactly(
            new double[] {4, 5}, new double[] {2}, new double[] {2, 6}, new double[] {6, 5});
    assertThat(sample(data, 1))
        .containsExactly(
            new double[] {3, 0}, new double[] {1}, new double[] {2, 0}, new double[] {3, 0});
    List<HostTensor> encoded = data.encode("c");
    assertThat(encoded.get(0).toDoubleArray()).containsExactly(6, 3);
    assertThat(encoded.get(1).item()).isEqualTo(2);
    assertThat(data.encode("a b c").get(1).item()).isEqualTo(2);
  }

  @Test
  void numbersAreThoseOfTheTrainingSentences() throws IOException {
    write("texts/a.en", "a b\n");
    write("texts/a.fr", "x y\n");
    write("other.en", "b c\n");
    write("other.fr", "y z\n");
    SentencePairs source = pairs("other", 9, 3);
    assertThat(source.splits()).containsExactly("train", "test");
    assertThat(sample(source.open("test", folder().directories()), 0))
        .containsExactly(
            new double[] {5, 1, 3},
            new double[] {3},
            new double[] {2, 5, 1},
            new double[] {5, 1, 3});
  }

  @Test
  void shortPairsHaveBucketsOfTheirOwn() throws IOException {
    write("texts/a.en", "a\na b c\na b c d e\n");
    write("texts/a.fr", "x y\nx\nx\n");
    PairedSentences data = pairs("", 9, 5, 2, 3, 4).open("train", folder().directories());
    Buckets buckets = data.buckets();
    assertThat(buckets.count()).isEqualTo(4);
    // with their ends, the longer sentences have 3, 4 and 6 tokens
    assertThat(List.of(buckets.of(0), buckets.of(1), buckets.of(2))).containsExactly(1, 2, 3);
    TensorType tokens = new TensorType(DType.I32, Shape.of(3));
    assertThat(buckets.inputTypes(1)).containsExactly(tokens, TensorType.scalar(DType.I32), tokens);
    assertThat(buckets.targetTypes(1)).containsExactly(tokens);
    List<HostTensor> inputs = buckets.inputTypes(1).stream().map(HostTensor::zeros).toList();
    HostTensor target = HostTensor.zeros(tokens);
    buckets
        .reader(1)
        .copy(0, 1, inputs.stream().map(HostTensor::bytes).toList(), List.of(target.bytes()));
    assertThat(inputs.get(0).toDoubleArray()).containsExactly(4, 3, 0);
    assertThat(inputs.get(1).item()).isEqualTo(2);
    assertThat(inputs.get(2).toDoubleArray()).containsExactly(2, 4, 5);
    assertThat(target.toDoubleArray()).containsExactly(4, 5, 3);

    // each token is unknown then
    Dataset typos = new AugmentedDataset(data, List.of(new Typos(1)), 1);
    HostTensor source = HostTensor.zeros(tokens);
    typos
        .buckets()
        .reader(1)
        .copy(
            0,
            1,
            List.of(source.bytes(), inputs.get(1).bytes(), inputs.get(2).bytes()),
            List.of(target.bytes()));
    assertThat(typos.buckets().of(0)).isEqualTo(1);
    assertThat(source.toDoubleArray()).containsExactly(1, 1, 0);
    assertThat(inputs.get(1).item()).isEqualTo(2);
    assertThat(inputs.get(2).toDoubleArray()).containsExactly(2, 4, 5);
    assertThat(pairs("", 9, 5).open("train", folder().directories()).buckets().count())
        .isEqualTo(1);
    assertThatThrownBy(() -> pairs("", 9, 5, 3, 2)).hasMessageContaining("found [3, 2]");
    assertThatThrownBy(() -> pairs("", 9, 5, 0)).hasMessageContaining("from 1 to below 5");
    assertThatThrownBy(() -> pairs("", 9, 5, 5)).hasMessageContaining("found [5]");
  }

  @Test
  void vocabulariesThatWereSavedNeedNoFiles() throws IOException {
    write("texts/a.en", "a cat\n");
    write("texts/a.fr", "un chat\n");
    SentencePairs source = pairs("", 9, 4);
    PairedSentences data = source.open("train", folder().directories());
    Dataset empty = source.empty(data.vocabularies()).orElseThrow();
    assertThat(empty.size()).isZero();
    assertThat(empty.vocabularies()).isEqualTo(data.vocabularies());
    assertThat(empty.inputTypes()).isEqualTo(data.inputTypes());
    assertThat(empty.description()).isEqualTo("sentence-pairs, 0 pairs, 6 words and 6 words");
    assertThat(new Multi30k(9, 4).empty(data.vocabularies())).isPresent();
    assertThat(source.empty(Map.of())).isEmpty();

    write("b.en", "cat dog\n");
    write("b.fr", "chat chien\n");
    Dataset other =
        new SentencePairs("b", "", "", "en", "fr", Tokens.WORDS, 99, 4, List.of())
            .open("train", folder().directories(), data.vocabularies());
    assertThat(sample(other, 0).get(0)).containsExactly(5, 1, 3, 0);
    assertThat(sample(source.open("train", folder().directories(), Map.of()), 0).get(0))
        .containsExactly(4, 5, 3, 0);
  }

  @Test
  void mistakesAreNamed() throws IOException {
    DataDirectories where = folder().directories();
    SentencePairs source = pairs("", 9, 3);
    assertThatThrownBy(() -> source.open("train", where))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("texts/a.en: found no such file");
    write("texts/a.en", "a\nb\n");
    write("texts/a.fr", "c\n");
    assertThatThrownBy(() -> source.open("train", where))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("a.fr: expected a line for each of a.en, found 1 and 2");
    assertThatThrownBy(() -> source.open("test", where))
        .hasMessage("sentence-pairs has the splits train; found test");
    assertThatThrownBy(() -> pairs("", 4, 3))
        .hasMessage("expected a vocabulary of more than 4 numbers for words, found 4");
    assertThatThrownBy(() -> pairs("", 5, 0)).hasMessage("length must be at least 1, found 0");
  }

  @Test
  void multi30kHasThreeSplits() throws IOException {
    for (String file : List.of("train", "val", "test_2016_flickr")) {
      write("multi30k/" + file + ".en.gz", "a " + file + "\n");
      write("multi30k/" + file + ".fr.gz", "un " + file + "\n");
    }
    Multi30k source = new Multi30k(100, 8);
    List<String> found = new ArrayList<>();
    for (String split : source.splits()) {
      found.addAll(source.open(split, folder().directories()).targets());
    }
    assertThat(found).containsExactly("un train", "un val", "un test_2016_flickr");
    assertThat(source.downloads()).hasSize(6);
    assertThatThrownBy(() -> source.open("train", new DataDirectories(List.of(root.resolve("no")))))
        .hasMessageContaining("`merapi fetch multi30k` downloads it");
  }
}
