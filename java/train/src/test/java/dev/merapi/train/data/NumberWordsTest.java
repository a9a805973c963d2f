package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NumberWordsTest {
  private static final DataDirectories NOWHERE = DataDirectories.usual(null, Map.of());

  @Test
  void theNamesOfDigitsTheOtherWayRound() {
    PairedSentences train = new NumberWords(300, 3, 1).open("train", NOWHERE);
    assertThat(train.size()).isEqualTo(300);
    assertThat(train.sources().subList(0, 4))
        .allMatch(text -> text.matches("\\d( \\d){0,2}"))
        .extracting(String::length)
        .containsExactly(1, 3, 5, 1);
    for (int i = 0; i < train.size(); i++) {
      String[] names = train.targets().get(i).split(" ");
      String digits = train.sources().get(i).replace(" ", "");
      assertThat(names).hasSize(digits.length());
      assertThat(digits.endsWith("7")).isEqualTo(names[0].equals("seven"));
      assertThat(digits.startsWith("0")).isEqualTo(names[names.length - 1].equals("zero"));
    }
    assertThat(train.classes()).isEqualTo(4 + 10);
    assertThat(train.length()).isEqualTo(4);
    PairedSentences test = new NumberWords(300, 3, 1).open("test", NOWHERE);
    assertThat(test.size()).isEqualTo(30);
    assertThat(test.vocabularies()).isEqualTo(train.vocabularies());
    assertThat(test.sources()).isNotEqualTo(train.sources().subList(0, 30));
    assertThat(new NumberWords(300, 3, 1).open("train", NOWHERE).sources())
        .isEqualTo(train.sources());
    assertThat(new NumberWords(300, 3, 2).open("train", NOWHERE).sources())
        .isNotEqualTo(train.sources());
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new NumberWords(0, 3, 1))
        .hasMessage("samples and digits must be at least 1, found 0 and 3");
  }
}
