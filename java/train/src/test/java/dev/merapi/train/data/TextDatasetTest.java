package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDatasetTest {
  @TempDir Path folder;

  private static int[] numbers(TextDataset data, int sample, boolean targets) {
    HostTensor input = HostTensor.zeros(data.inputType());
    HostTensor target = HostTensor.zeros(data.targetType());
    data.copy(sample, input.bytes(), target.bytes());
    HostTensor wanted = targets ? target : input;
    int[] numbers = new int[wanted.elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) wanted.get(i);
    }
    return numbers;
  }

  @Test
  void targetsAreTheNextCharacters() {
    TextDataset data = new TextDataset("text", "banana!", "!abn", 3);

    assertThat(data.size()).isEqualTo(2);
    assertThat(data.inputType()).isEqualTo(new TensorType(DType.I32, Shape.of(3)));
    assertThat(data.targetType()).isEqualTo(data.inputType());
    assertThat(data.classes()).isEqualTo(4);
    assertThat(data.sequential()).isTrue();
    assertThat(numbers(data, 0, false)).containsExactly(2, 1, 3);
    assertThat(numbers(data, 0, true)).containsExactly(1, 3, 1);
    assertThat(numbers(data, 1, false)).containsExactly(1, 3, 1);
    assertThat(numbers(data, 1, true)).containsExactly(3, 1, 0);
    assertThat(data.description()).isEqualTo("text, 2 pieces of 3 characters, 4 different ones");
  }

  @Test
  void aPieceNeedsTheCharacterBehindIt() {
    assertThat(new TextDataset("text", "banana", "abn", 3).size()).isEqualTo(1);
    assertThatThrownBy(() -> new TextDataset("text", "ban", "abn", 3))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "text: expected more than 3 characters, one piece and the one behind it, found 3");
    assertThatThrownBy(() -> new TextDataset("text", "banana", "ab", 3))
        .hasMessage("text: character 110 at 2 is not in the vocabulary");
  }

  @Test
  void theVocabularyIsSorted() {
    assertThat(TextDataset.vocabularyOf("to be,\nor")).isEqualTo("\n ,beort");
  }

  @Test
  void nineTenthsOfTheFileAreForTraining() throws IOException {
    DataFolder data = new DataFolder(folder);
    data.write(
        "tinyshakespeare/input.txt.gz", "abcdefghijabcdefghij".getBytes(StandardCharsets.UTF_8));
    TextDataset train = new Tinyshakespeare(2).open("train", data.directories());
    TextDataset validation = new Tinyshakespeare(1).open("validation", data.directories());

    assertThat(train.size()).isEqualTo(8);
    assertThat(validation.size()).isEqualTo(1);
    assertThat(numbers(validation, 0, false)).containsExactly(8);
    assertThat(numbers(validation, 0, true)).containsExactly(9);
    assertThat(validation.classes()).isEqualTo(10);
    assertThatThrownBy(() -> new Tinyshakespeare(1).open("test", data.directories()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhereTheTextWasLookedFor() {
    assertThatThrownBy(
            () -> new Tinyshakespeare(64).open("train", new DataFolder(folder).directories()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tinyshakespeare: found no input.txt[.gz] in ");
  }
}
