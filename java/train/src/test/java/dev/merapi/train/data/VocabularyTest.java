package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir private Path folder;

  @Test
  void theMostFrequentWordsAreKnown() {
    List<String> texts = List.of("A man, a plan.", "A man!");
    Vocabulary words = Vocabulary.of(Tokens.WORDS, texts, 8);
    assertThat(words.tokens()).containsExactly(" A", " man", " a", " plan");
    assertThat(words.size()).isEqualTo(8);
    assertThat(words.encode("A man a canal")).containsExactly(4, 5, 6, 1);
    assertThat(words.encode("A man a canal", 2)).containsExactly(4, 5);
    assertThat(words.encode("A man", 4)).containsExactly(4, 5, 0, 0);
    assertThat(words.decode(2, 4, 5, 6, 1, 3, 5)).isEqualTo("A man a <unk>");
    assertThat(words.toString()).isEqualTo("8 words");
  }

  @Test
  void wordsAndMarksAreTheTextAgain() {
    assertThat(Tokens.WORDS.split("Don't, l’été: \"a b\""))
        .containsExactly(" Don'", "t", ",", " l’", "été", ":", " \"", "a", " b", "\"");
    for (String text : List.of("", " ", "a  b", " a\t-b\n", "x\ud83d\ude00 y!?", "\u00a0 1,5 %")) {
      assertThat(Tokens.WORDS.join(Tokens.WORDS.split(text))).isEqualTo(text);
    }
  }

  @Test
  void plainWordsAreLowerCase() {
    Vocabulary words = Vocabulary.of(Tokens.PLAIN_WORDS, List.of("Don't go, GO"), 9);
    assertThat(words.tokens()).containsExactly("go", "don't");
    assertThat(words.decode(words.encode("Go! Why don't (we)?"))).isEqualTo("go <unk> don't <unk>");
  }

  @Test
  void charactersAloneBeginWithZero() {
    Vocabulary characters = Vocabulary.characters("\n ab");
    assertThat(characters.hasSpecials()).isFalse();
    assertThat(characters.encode("ba\n")).containsExactly(3, 2, 0);
    assertThat(characters.decode(3, 2, 0, 1)).isEqualTo("ba\n ");
    assertThatThrownBy(() -> characters.encode("abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'c' is not in the vocabulary");
    assertThatThrownBy(() -> Vocabulary.characters("aba")).hasMessageContaining("found 'a' again");
    assertThatThrownBy(() -> Vocabulary.of(Tokens.WORDS, List.of("a"), 4))
        .hasMessage("expected a vocabulary of more than 4 numbers, found 4");
  }

  @Test
  void aFileHasATokenInEachLine() throws IOException {
    Path file = folder.resolve("text.vocabulary.txt");
    Vocabulary words = Vocabulary.of(Tokens.WORDS, List.of("été \\\n$"), 99);
    words.save(file);
    assertThat(Files.readString(file))
        .isEqualTo("merapi-vocabulary 1 words\n<pad>\n<unk>\n<s>\n</s>\n\\n\n \\\\\n été\n$\n");
    assertThat(Vocabulary.load(file)).isEqualTo(words).hasSameHashCodeAs(words);
    Vocabulary odd = Vocabulary.characters("\0\t\n\r\\$ u\u0085\u2028\ud83d\ude00é");
    odd.save(file);
    assertThat(Vocabulary.load(file)).isEqualTo(odd).isNotEqualTo(words);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertRefused("words\na\n", "expected the first line 'merapi-vocabulary 1' and a kind");
    assertRefused("merapi-vocabulary 1 words\n", "expected a token in each line, found 1 whole");
    assertRefused("merapi-vocabulary 1 words\na\nb", "expected a token in each line, found 2");
    assertRefused("merapi-vocabulary 1 words\na\na\n", "expected each token once, found 'a' again");
    assertRefused("merapi-vocabulary 1 words\n\\t\n", "expected \\n, \\\\ or \\u and four digits");
    assertThatThrownBy(() -> Vocabulary.load(folder.resolve("none")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot be read");
  }

  private void assertRefused(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("v.txt"), content);
    assertThatThrownBy(() -> Vocabulary.load(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ": ")
        .hasMessageContaining(message);
  }
}
