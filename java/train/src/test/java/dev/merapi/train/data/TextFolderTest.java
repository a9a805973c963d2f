package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFolderTest {
  @TempDir private Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private DataDirectories places() {
    return new DataDirectories(List.of(root));
  }

  /** The numbers of a sample's words, and its label. */
  private static List<Integer> sample(Dataset data, int index) {
    HostTensor input = HostTensor.zeros(data.inputType());
    HostTensor target = HostTensor.zeros(data.targetType());
    data.copy(index, input.bytes(), target.bytes());
    List<Integer> numbers = new ArrayList<>();
    for (double number : input.toDoubleArray()) {
      numbers.add((int) number);
    }
    numbers.add((int) target.get(0));
    return numbers;
  }

  @Test
  void linesOfAFileForEachClassAreTexts() throws IOException {
    write("reviews/film.pos", "The good film\n\nthe film!\n");
    write("reviews/film.neg.txt", "a bad, bad the\n");
    TextFolder folder = new TextFolder("reviews", 7, 3);
    WordDataset data = folder.open("train", places());
    assertThat(data.classNames()).containsExactly("film.neg", "film.pos");
    assertThat(data.size()).isEqualTo(3);
    // the 3, bad and film 2 each, the others once; numbers go up to 6
    assertThat(data.words()).containsExactly("the", "bad", "film");
    assertThat(sample(data, 0)).containsExactly(1, 5, 5, 0);
    assertThat(sample(data, 1)).containsExactly(4, 1, 6, 1);
    assertThat(sample(data, 2)).containsExactly(4, 6, 0, 1);
    assertThat(data.encode("FILM").toDoubleArray()).containsExactly(6, 0, 0);
    assertThat(data.description()).isEqualTo("reviews, 3 samples, 3 words");
    WordDataset empty =
        (WordDataset) new TextFolder("none", 7, 3).empty(data.vocabularies()).orElseThrow();
    assertThat(empty.size()).isZero();
    assertThat(empty.classNames()).isEqualTo(data.classNames());
    assertThat(empty.encode("the film").toDoubleArray()).containsExactly(4, 6, 0);
    assertThat(empty.inputType()).isEqualTo(data.inputType());
    assertThat(folder.empty(java.util.Map.of())).isEmpty();
  }

  @Test
  void filesInFoldersAreTexts() throws IOException {
    write("train/neg/1.txt", "don't go");
    write("train/pos/1.txt", "go\nand go");
    write("train/pos/notes.md", "no text");
    write("test/pos/7.txt", "and why");
    TextFolder folder = new TextFolder("train", "test", 100, 4, "utf-8");
    WordDataset train = folder.open("train", places());
    assertThat(train.words()).containsExactly("go", "and", "don't");
    assertThat(sample(train, 0)).containsExactly(6, 4, 0, 0, 0);
    assertThat(sample(train, 1)).containsExactly(4, 5, 4, 0, 1);
    assertThat(sample(folder.open("test", places()), 0)).containsExactly(5, 1, 0, 0, 1);
    write("test/meh/1.txt", "and");
    assertThatThrownBy(() -> folder.open("test", places()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected one of the classes [neg, pos]");
  }

  @Test
  void mistakesAreNamed() throws IOException {
    assertThatThrownBy(() -> new TextFolder("nowhere", 10, 5).open("train", places()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nowhere: found no such file");
    write("empty/.hidden", "");
    assertThatThrownBy(() -> new TextFolder("empty", 10, 5).open("train", places()))
        .hasMessageContaining("expected a folder or a file for each class, found none");
    Files.createDirectories(root.resolve("latin"));
    Files.write(root.resolve("latin/a"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> new TextFolder("latin", 10, 5).open("train", places()))
        .hasMessageContaining("expected a text in UTF-8");
    assertThat(new TextFolder("latin", "", 10, 5, "iso-8859-1").open("train", places()).words())
        .containsExactly("caf\u00e9");
    assertThatThrownBy(() -> new TextFolder("x", 4, 5)).hasMessageContaining("words");
    assertThatThrownBy(() -> new TextFolder("x", "", 10, 5, "klingon"))
        .hasMessageContaining("encoding");
  }

  @Test
  void aTextFileIsSplit() throws IOException {
    write("story.txt", "abcabcabca" + "bcabcabcab");
    TextFile file = new TextFile("story.txt", 0.5, 3);
    TextDataset train = file.open("train", places());
    assertThat(train.vocabulary()).isEqualTo("abc");
    assertThat(train.size()).isEqualTo(3);
    assertThat(sample(train, 0).subList(0, 3)).containsExactly(0, 1, 2);
    HostTensor input = HostTensor.zeros(train.inputType());
    HostTensor target = HostTensor.zeros(train.inputType());
    file.open("validation", places()).copy(0, input.bytes(), target.bytes());
    assertThat(input.toDoubleArray()).containsExactly(1, 2, 0);
    assertThat(target.toDoubleArray()).containsExactly(2, 0, 1);
    assertThatThrownBy(() -> new TextFile("x", 1, 3)).hasMessageContaining("validation");
    assertThatThrownBy(() -> new TextFile("x", 0.1, 0)).hasMessageContaining("length");
  }
}
