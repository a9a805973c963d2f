package dev.merapi.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchTest {
  private static final Space RATES = Space.of(Range.logUniform(1e-4, 1));

  private static List<List<Double>> values(Space space, Search search, int trials) {
    List<List<Double>> values = new ArrayList<>();
    for (Observation trial : run(space, search, trials)) {
      values.add(space.values(trial.point()));
    }
    return values;
  }

  /** The distance of log10 of the first value from -2; diverges above 0.5. */
  private static double objective(List<Double> values) {
    return values.get(0) > 0.5 ? Double.NaN : Math.pow(Math.log10(values.get(0)) + 2, 2);
  }

  private static List<Observation> run(Space space, Search search, int trials) {
    List<Observation> past = new ArrayList<>();
    for (int i = 0; i < trials; i++) {
      Optional<List<Double>> point = search.next(past);
      if (point.isEmpty()) {
        break;
      }
      past.add(new Observation(point.get(), objective(space.values(point.get()))));
    }
    return past;
  }

  @Test
  void aGridTakesAllCombinationsWithBothEnds() {
    Space space = Space.of(Range.logUniform(1e-4, 1), new Categories(2), Range.integers(3, 5));
    GridSearch search = new GridSearch(space, 5);
    List<List<Double>> values = values(space, search, 100);
    assertThat(values).hasSize(30).doesNotHaveDuplicates();
    assertThat(search.size()).isEqualTo(30);
    assertThat(values.stream().map(v -> v.get(0)).distinct())
        .containsExactly(1e-4, 1e-3, 1e-2, 1e-1, 1.0);
    assertThat(values.subList(0, 4))
        .containsExactly(
            List.of(1e-4, 0.0, 3.0),
            List.of(1e-4, 0.0, 4.0),
            List.of(1e-4, 0.0, 5.0),
            List.of(1e-4, 1.0, 3.0));
    assertThat(values.get(29)).containsExactly(1.0, 1.0, 5.0);
    Space wide = Space.of(Range.integers(0, 1000));
    assertThat(values(wide, new GridSearch(wide, 3), 9))
        .containsExactly(List.of(0.0), List.of(500.0), List.of(1000.0));
    assertThatThrownBy(() -> new GridSearch(new Space(List.of(wide.distributions().get(0))), 0))
        .hasMessage("expected at least 1 grid point, found 0");
    assertThatThrownBy(() -> new GridSearch(wide, 100_001)).hasMessageContaining("at most 100,000");
  }

  @Test
  void rangesHoldTheirBounds() {
    assertThat(Range.uniform(-1, 3).at(0.25)).isEqualTo(0);
    assertThat(Range.logUniform(1e-4, 1).at(0.5)).isEqualTo(1e-2);
    assertThat(Range.logUniform(0.12345612, 1).at(0)).isEqualTo(0.12345612);
    Range dice = Range.integers(1, 6);
    assertThat(dice.at(0)).isEqualTo(1);
    assertThat(dice.at(1)).isEqualTo(6);
    // each of six values has a sixth of the quantiles
    assertThat(IntStream.range(0, 60).mapToObj(i -> dice.at((i + 0.5) / 60)).toList())
        .isEqualTo(IntStream.range(0, 60).mapToObj(i -> 1.0 + i / 10).toList());
    Range powers = new Range(16, 256, true, true);
    assertThat(powers.at(0.5)).isEqualTo(63); // sqrt(15.5 * 256.5) = 63.05
    assertThat(powers.size()).isEqualTo(241);
    assertThatThrownBy(() -> Range.uniform(2, 1)).hasMessageContaining("the lower one first");
    assertThatThrownBy(() -> Range.logUniform(0, 1)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Range(0, 4, true, true)).hasMessageContaining("from 1 on");
    assertThatThrownBy(() -> new Range(0.5, 4, false, true)).hasMessageContaining("integers");
  }

  @Test
  void equalSeedsProposeEqualTrialsAlsoAfterAnInterruption() {
    for (long seed : new long[] {1, 2}) {
      for (Search search :
          List.of(new RandomSearch(RATES, seed), new BayesianSearch(RATES, seed))) {
        List<Observation> whole = run(RATES, search, 12);
        assertThat(run(RATES, search, 12)).isEqualTo(whole);
        assertThat(search.next(whole.subList(0, 9))).contains(whole.get(9).point());
      }
    }
    assertThat(run(RATES, new RandomSearch(RATES, 1), 3))
        .isNotEqualTo(run(RATES, new RandomSearch(RATES, 2), 3));
  }

  @Test
  void randomPointsFillTheSpace() {
    List<Observation> trials = run(RATES, new RandomSearch(RATES, 3), 400);
    for (int tenth = 0; tenth < 10; tenth++) {
      double from = tenth / 10.0;
      assertThat(
              trials.stream().map(t -> t.point().get(0)).filter(q -> q >= from && q < from + 0.1))
          .hasSizeBetween(20, 65);
    }
  }

  /** The first five points of one range are one of each fifth of it. */
  @Test
  void aBayesianSearchBeginsWithALatinHypercube() {
    List<Observation> trials = run(RATES, new BayesianSearch(RATES, 5), 5);
    assertThat(trials.stream().map(t -> (int) (5 * t.point().get(0))))
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  /** 15 trials come near the best value though a part of the space diverges, whatever the seed. */
  @Test
  void aBayesianSearchFindsTheMinimum() {
    for (long seed = 0; seed < 5; seed++) {
      List<Observation> trials = run(RATES, new BayesianSearch(RATES, seed), 15);
      double best =
          trials.stream()
              .filter(Observation::isFinite)
              .mapToDouble(Observation::value)
              .min()
              .orElseThrow();
      assertThat(best).as("seed %d", seed).isLessThan(1e-3);
    }
  }

  @Test
  void aFiniteSpaceIsTriedOnceAndEnds() {
    Space space = Space.of(new Range(1, 4, false, true), new Categories(3));
    List<List<Double>> values = values(space, new BayesianSearch(space, 7), 50);
    assertThat(values).hasSize(12);
    assertThat(new HashSet<>(values)).hasSize(12);
  }

  @Test
  void divergedAndExtremeTrialsCountAsBadButNotAsAllThatMatters() {
    List<Observation> past = new ArrayList<>();
    for (double value : new double[] {0.1, 0.2, 0.3, 1e9, Double.NaN, 0.15}) {
      past.add(new Observation(List.of(0.5), value));
    }
    // sorted: 0.1 0.15 0.2 0.3 1e9; third quartile 0.3, so at most 0.3 + 1.5 * 0.2
    assertThat(BayesianSearch.bounded(past))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(0.1, 0.2, 0.3, 0.6, 0.6, 0.15);
    assertThat(BayesianSearch.bounded(past.subList(4, 6))).containsExactly(1.15, 0.15);
    assertThat(BayesianSearch.bounded(past.subList(4, 5))).containsExactly(0);
  }

  @Test
  void successiveHalving() {
    SuccessiveHalving halving = new SuccessiveHalving(1, 9, 3);
    assertThat(halving.rungs()).containsExactly(1, 3, 9);
    assertThat(new SuccessiveHalving(2, 10, 2).rungs()).containsExactly(2, 4, 8, 10);
    assertThat(SuccessiveHalving.none(7).rungs()).containsExactly(7);
    List<Double> values = List.of(5.0, 1.0, Double.NaN, 0.5, 3.0, 2.0, 4.0);
    assertThat(halving.promoted(values)).containsExactly(1, 3);
    assertThat(halving.promoted(List.of(2.0, 1.0))).containsExactly(1);
    assertThat(halving.promoted(List.of(Double.NaN))).isEmpty();
    assertThatThrownBy(() -> new SuccessiveHalving(10, 9, 3)).hasMessageContaining("from 1 to 9");
    assertThatThrownBy(() -> new SuccessiveHalving(1, 9, 1)).hasMessageContaining("at least 2");
  }
}
