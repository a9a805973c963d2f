package dev.merapi.core.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  /** The known answers for philox4x32-10 in Random123's kat_vectors. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void generatesTheKnownAnswers(String counter, String key, String expected) {
    int[] words = words(counter);
    int[] keyWords = words(key);
    Philox.generate(new Philox.Key(keyWords[0], keyWords[1]), words);
    assertThat(words).containsExactly(words(expected));
  }

  private static int[] words(String hex) {
    return Arrays.stream(hex.split(" "))
        .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
        .toArray();
  }

  @Test
  void takesTheWordsOfABlockForFourElements() {
    Philox.Key key = new Philox.Key(0, 0);
    assertThat(Philox.bits(key, 0, 0, 0)).isEqualTo(0x6627e8d5);
    assertThat(Philox.bits(key, 3, 0, 0)).isEqualTo(0x9b00dbd8);
    int[] second = {1, 0, 7, 2};
    Philox.generate(key, second);
    assertThat(Philox.bits(key, 6, 7, 2)).isEqualTo(second[2]);
  }

  @Test
  void uniformsLieInTheHalfOpenUnitInterval() {
    assertThat(Philox.uniform(0)).isEqualTo(0f);
    assertThat(Philox.uniform(0x80000000)).isEqualTo(0.5f);
    assertThat(Philox.uniform(-1)).isLessThan(1f);
  }

  @Test
  void normalsHaveTheMomentsOfTheStandardNormalDistribution() {
    int count = 200_000;
    double[] moments = new double[5];
    for (int i = 0; i < count; i++) {
      double x = Philox.normal(new Philox.Key(1, 2), i, 3, 0);
      for (int p = 1; p < moments.length; p++) {
        moments[p] += Math.pow(x, p) / count;
      }
    }
    // Standard errors of the moments' estimates: sqrt(1, 2, 15, 96 / count).
    assertThat(moments[1]).isCloseTo(0, within(0.01));
    assertThat(moments[2]).isCloseTo(1, within(0.015));
    assertThat(moments[3]).isCloseTo(0, within(0.04));
    assertThat(moments[4]).isCloseTo(3, within(0.1));
  }
}
