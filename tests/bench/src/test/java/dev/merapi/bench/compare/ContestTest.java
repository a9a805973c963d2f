package dev.merapi.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static Contest contest(Contest.Better better) {
    Contest contest = new Contest(better);
    for (double figure : new double[] {300, 200, 900}) {
      contest.add("ours", figure);
    }
    for (double figure : new double[] {100, 120, 1000}) {
      contest.add("steady", figure);
    }
    for (double figure : new double[] {60, 80, 50}) {
      contest.add("slow", figure);
    }
    return contest;
  }

  @Test
  void theRatioIsThatOfMediansToTheBestPeer() {
    Contest contest = contest(Contest.Better.HIGHER);
    List<String> peers = List.of("slow", "steady", "absent");
    assertThat(contest.best(peers)).contains("steady");
    assertThat(contest.ratio("ours", peers).orElseThrow()).isCloseTo(2.5, within(1e-12));
  }

  @Test
  void whereLessIsBetterTheBestPeerIsTheLowest() {
    Contest contest = contest(Contest.Better.LOWER);
    List<String> peers = List.of("steady", "slow");
    assertThat(contest.best(peers)).contains("slow");
    assertThat(contest.ratio("ours", peers).orElseThrow()).isCloseTo(5, within(1e-12));
  }

  @Test
  void withoutFiguresThereIsNoRatio() {
    Contest contest = contest(Contest.Better.HIGHER);
    assertThat(contest.ratio("absent", List.of("slow"))).isEmpty();
    assertThat(contest.ratio("ours", List.of("absent"))).isEmpty();
    assertThat(contest.best(List.of())).isEmpty();
    assertThat(contest.statistics("absent")).isEmpty();
  }

  @Test
  void cellsHaveThreeDigitsThatMeanSomething() {
    Contest contest = contest(Contest.Better.HIGHER);
    contest.add("small", 4.118);
    contest.add("large", 32_415.9);
    contest.add("middle", 99.96);
    assertThat(Cells.spread(contest, "slow")).isEqualTo("60.0 (50.0..80.0)");
    assertThat(Cells.median(contest, "small")).isEqualTo("4.12");
    assertThat(Cells.median(contest, "middle")).isEqualTo("100");
    assertThat(Cells.median(contest, "large")).isEqualTo("32,416");
    assertThat(Cells.median(contest, "absent")).isEqualTo("-");
  }
}
