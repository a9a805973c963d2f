package dev.merapi.train.search;

import dev.merapi.core.scalar.Philox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Bayesian optimization: a Gaussian process models the objective, and the next point is that where
 * the expected improvement over the best value is greatest.
 *
 * <p>The first 3 + 2 d trials of d hyper-parameters are a Latin hypercube: of as many equal slices
 * of each range every one is tried once. Then expected improvement is looked at in 2,000 random
 * points and around the best ones, or in all points of a small finite space; none is tried twice. A
 * diverged trial, and a value further above the third quartile than 1.5 times its distance from the
 * best one, counts as that bound: how bad a bad trial is must not hide how the good ones differ.
 *
 * <p>Source: Jones, Schonlau and Welch, "Efficient global optimization of expensive black-box
 * functions", 1998; Snoek, Larochelle and Adams, "Practical Bayesian optimization of machine
 * learning algorithms", NIPS 2012.
 *
 * @param space to search in
 * @param seed equal seeds propose equal points after equal trials
 */
public record BayesianSearch(Space space, long seed) implements Search {
  private static final int CANDIDATES = 2000;
  private static final int NEAR_CANDIDATES = 100;
  private static final int CENTRES = 5;
  private static final int SMALL = 2000;
  private static final double[] NEAR = {0.1, 0.02};
  private static final double WHISKER = 1.5;

  private record Candidate(List<Double> point, double improvement, double deviation) {}

  @Override
  public Optional<List<Double>> next(List<Observation> past) {
    Set<List<Double>> tried = new HashSet<>();
    past.forEach(trial -> tried.add(space.values(trial.point())));
    int start = 3 + 2 * space.dimensions();
    if (past.size() < start) {
      List<Double> point = latin(past.size(), start);
      if (!tried.contains(space.values(point))) {
        return Optional.of(point);
      }
    }
    List<List<Double>> candidates = new ArrayList<>();
    if (space.size() <= SMALL) {
      candidates.addAll(space.grid(SMALL));
    } else {
      candidates.addAll(random(past.size()));
      candidates.addAll(near(past));
    }
    candidates.removeIf(point -> tried.contains(space.values(point)));
    return best(candidates, past);
  }

  private double uniform(String use, int element, int step, int more) {
    return Philox.uniform(Philox.bits(Philox.Key.of(seed, use, 0), element, step, more));
  }

  /** Slice p(i) of the i-th trial, where p is a permutation that differs by hyper-parameter. */
  private List<Double> latin(int trial, int trials) {
    List<Double> point = new ArrayList<>();
    for (int d = 0; d < space.dimensions(); d++) {
      int dimension = d;
      int slice =
          IntStream.range(0, trials)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> uniform("search/order", i, 0, dimension)))
              .toList()
              .get(trial);
      point.add((slice + uniform("search/slice", trial, 0, dimension)) / trials);
    }
    return point;
  }

  private List<List<Double>> random(int trial) {
    List<List<Double>> points = new ArrayList<>();
    for (int c = 0; c < CANDIDATES; c++) {
      List<Double> point = new ArrayList<>();
      for (int d = 0; d < space.dimensions(); d++) {
        point.add(uniform("search/candidates", c, trial, d));
      }
      points.add(point);
    }
    return points;
  }

  private List<List<Double>> near(List<Observation> past) {
    List<Observation> centres =
        past.stream()
            .filter(Observation::isFinite)
            .sorted(Comparator.comparingDouble(Observation::value))
            .limit(CENTRES)
            .toList();
    Philox.Key key = Philox.Key.of(seed, "search/near", 0);
    List<List<Double>> points = new ArrayList<>();
    for (Observation centre : centres) {
      for (double width : NEAR) {
        for (int c = 0; c < NEAR_CANDIDATES; c++) {
          List<Double> point = new ArrayList<>();
          for (int d = 0; d < space.dimensions(); d++) {
            double moved =
                centre.point().get(d) + width * Philox.normal(key, points.size(), past.size(), d);
            point.add(Math.min(1, Math.max(0, moved)));
          }
          points.add(point);
        }
      }
    }
    return points;
  }

  private Optional<List<Double>> best(List<List<Double>> candidates, List<Observation> past) {
    if (candidates.isEmpty() || past.isEmpty()) {
      return candidates.stream().findFirst();
    }
    double[] y = bounded(past);
    double[][] x = past.stream().map(o -> space.features(o.point())).toArray(double[][]::new);
    GaussianProcess process = KernelFit.of(x, y, space.dimensionOfFeature());
    double least = least(y);
    return candidates.stream()
        .map(point -> candidate(point, process, least))
        .max( // where no improvement is to be expected, what is known least
            Comparator.comparingDouble(Candidate::improvement)
                .thenComparingDouble(Candidate::deviation))
        .map(Candidate::point);
  }

  private Candidate candidate(List<Double> point, GaussianProcess process, double least) {
    GaussianProcess.Prediction found = process.at(space.features(point));
    return new Candidate(point, found.expectedImprovement(least), found.deviation());
  }

  private static double least(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).min().orElseThrow();
  }

  /** The values as the process sees them. */
  static double[] bounded(List<Observation> past) {
    double[] finite =
        past.stream()
            .filter(Observation::isFinite)
            .mapToDouble(Observation::value)
            .sorted()
            .toArray();
    if (finite.length == 0) {
      return new double[past.size()];
    }
    double worst = finite[finite.length - 1];
    double quartile = finite[(3 * (finite.length - 1) + 3) / 4];
    double whisker = quartile + WHISKER * (quartile - finite[0]);
    double bound = quartile > finite[0] ? Math.min(worst, whisker) : worst;
    double diverged = bound > finite[0] ? bound : bound + Math.max(1, Math.abs(bound));
    return past.stream()
        .mapToDouble(trial -> trial.isFinite() ? Math.min(bound, trial.value()) : diverged)
        .toArray();
  }
}
