package dev.merapi.train.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers and words are sacreBLEU's, by {@code bleu.py} beside this test's resources. */
class BleuTest {
  private static void check(double expected, List<String> found, List<String> references) {
    assertThat(Bleu.of(found, references)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void isWhatSacreBleuSays() {
    String bench = "Un homme dort sur un banc vert.";
    check(100, List.of("Un homme dort sur un banc."), List.of("Un homme dort sur un banc."));
    check(
        40.56724628947542,
        List.of("Un homme dort sur un banc.", "Deux chiens courent dans la neige, vite."),
        List.of("Un homme dort sur le banc vert.", "Deux chiens noirs courent dans la neige."));
    check(68.037493331712, List.of("un Homme dort sur un banc vert."), List.of(bench));
    check(36.78794411714425, List.of("Un homme dort sur"), List.of(bench));
    check(
        17.965205598154213, List.of("un chat dort ici ce soir"), List.of("ce chat est là ce soir"));
    check(0, List.of("a b c d"), List.of("e f g h"));
    check(0, List.of("a b"), List.of("a b"));
    check(0, List.of(""), List.of("a b"));
    check(
        7.809849842300637,
        List.of("the the the the the the the"),
        List.of("the cat is on the mat"));
    check(
        81.97616995149511,
        List.of(
            "Il dit : \"non\", à 3,5 km/h (1.000-2) & c'est l'été...",
            "&quot;Oui&quot; &amp; non!"),
        List.of("Il dit: \"non\", à 3,5 km/h (1.000 - 2) et c'est l'été.", "\"Oui\" & non !"));
  }

  @Test
  void wordsAreThoseOfTokenization13a() {
    assertThat(Bleu.words("Il dit : \"non\", à 3,5 km/h (1.000-2) & c'est l'été..."))
        .containsExactly(
            "Il dit : \" non \" , à 3,5 km / h ( 1.000 - 2 ) & c'est l'été . . .".split(" "));
    assertThat(Bleu.words("&quot;Oui&quot; &amp; non!"))
        .containsExactly("\"", "Oui", "\"", "&", "non", "!");
    assertThat(Bleu.words("  ")).isEmpty();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> Bleu.of(List.of("a", "b"), List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a reference for each of at least one translation, found 1 for 2");
  }
}
