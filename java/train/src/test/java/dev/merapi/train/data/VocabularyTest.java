package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** The example of Sennrich et al., with the blank before a word in place of a mark behind it. */
  private static final String LOWEST =
      "low ".repeat(5) + "lower ".repeat(2) + "newest ".repeat(6) + "widest ".repeat(3);

  /**
   * By hand. Side by side are es and st 9 times, we 8, blank l, lo and ow 7, blank n, ne and ew 6:
   * es is first in the alphabet; then es and t, 9; then we is left 2 times, and in west, 6. What is
   * there 7 times is joined from the left, then what is there 6 times. The last blank is a token of
   * its own.
   */
  @Test
  void whatIsMostOftenSideBySideIsJoined() {
    Vocabulary subwords = Vocabulary.of(Tokens.SUBWORDS, List.of(LOWEST), 260 + 11 + 9);
    // blank and e are there 17 times, w 16, s and t 9, l and o 7, n 6, d and i 3, r 2
    assertThat(subwords.tokens().subList(0, 11))
        .containsExactly(" ", "e", "w", "s", "t", "l", "o", "n", "d", "i", "r");
    assertThat(subwords.tokens().subList(11, 20))
        .containsExactly("es", "est", " l", " lo", " low", " n", " ne", " new", " newest");
    assertThat(pieces(subwords, "lowest newer")).containsExactly(" low", "est", " new", "e", "r");
    assertThat(pieces(subwords, "né")).containsExactly(" n", "<0xC3>", "<0xA9>");
    assertThat(Vocabulary.of(Tokens.SUBWORDS, List.of(LOWEST), 999).tokens())
        .contains(" lower", " widest")
        .hasSizeLessThan(40);
  }

  private static List<String> pieces(Vocabulary vocabulary, String text) {
    return Arrays.stream(vocabulary.encode(text)).mapToObj(vocabulary::token).toList();
  }

  @Test
  void subwordsAreAnyTextAgain() throws IOException {
    Vocabulary subwords = Vocabulary.of(Tokens.SUBWORDS, List.of(LOWEST), 280);
    Path file = folder.resolve("source.vocabulary.txt");
    Files.writeString(file, subwords.toText());
    Vocabulary loaded = Vocabulary.load(file);
    assertThat(loaded).isEqualTo(subwords);
    for (String text :
        List.of("", " ", "lowest", "  a\tb\n", "né ça, \ud83d\ude00!", "<0x41> <s> </s>")) {
      assertThat(loaded.decode(loaded.encode(text))).isEqualTo(text);
      assertThat(loaded.encode(text)).isEqualTo(subwords.encode(text)).doesNotContain(0, 1, 2, 3);
    }
    assertThat(loaded.decode(2, loaded.number("<0xC3>"), 3)).isEqualTo("\ufffd");
    assertThatThrownBy(() -> Vocabulary.of(Tokens.SUBWORDS, List.of("a"), 260))
        .hasMessage("expected a vocabulary of more than 260 numbers for subwords, found 260");
  }

  @Test
  void labelsAreWholeTexts() {
    Vocabulary labels = Vocabulary.labels(List.of("very good", "bad"));
    assertThat(labels.encode("bad")).containsExactly(1);
    assertThat(labels.encode("very good")).containsExactly(0);
    assertThat(labels.decode(1)).isEqualTo("bad");
    assertThat(Vocabulary.parse("here", labels.toText())).isEqualTo(labels);
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
        .hasMessage("expected a vocabulary of more than 4 numbers for words, found 4");
  }

  @Test
  void aFileHasATokenInEachLine() throws IOException {
    Path file = folder.resolve("text.vocabulary.txt");
    Vocabulary words = Vocabulary.of(Tokens.WORDS, List.of("été \\\n$"), 99);
    Files.writeString(file, words.toText());
    assertThat(Files.readString(file))
        .isEqualTo("merapi-vocabulary 1 words\n<pad>\n<unk>\n<s>\n</s>\n\\n\n \\\\\n été\n$\n");
    assertThat(Vocabulary.load(file)).isEqualTo(words).hasSameHashCodeAs(words);
    Vocabulary odd = Vocabulary.characters("\0\t\n\r\\$ u\u0085\u2028\ud83d\ude00é");
    Files.writeString(file, odd.toText());
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
