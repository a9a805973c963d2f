package dev.merapi.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Statistics.of(9, 1, 4)).isEqualTo(new Statistics(4, 1, 9, 3));
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(Statistics.of(List.of(8.0, 1.0, 2.0, 5.0))).isEqualTo(new Statistics(3.5, 1, 8, 4));
  }

  @Test
  void aSingleFigureIsAllOfThem() {
    assertThat(Statistics.of(7)).isEqualTo(new Statistics(7, 7, 7, 1));
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(() -> Statistics.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found none");
  }
}
