package dev.merapi.train.search;

import java.util.List;
import java.util.Optional;

/** Tries all points of a grid, in the grid's order, whatever is found. */
public final class GridSearch implements Search {
  /** More than anyone trains. */
  private static final int MOST = 100_000;

  private final List<List<Double>> grid;

  /**
   * A grid.
   *
   * @param points how many values are taken of a range, at least 1; of a choice all are taken
   * @throws IllegalArgumentException when there are more than 100,000 points
   */
  public GridSearch(Space space, int points) {
    if (points < 1) {
      throw new IllegalArgumentException("expected at least 1 grid point, found " + points);
    }
    double size = 1;
    for (Distribution distribution : space.distributions()) {
      size *= distribution instanceof Categories ? distribution.size() : points;
    }
    if (size > MOST) {
      throw new IllegalArgumentException(
          "expected a grid of at most %,d points, found %,.0f".formatted(MOST, size));
    }
    this.grid = space.grid(points);
  }

  /** How many points there are. */
  public int size() {
    return grid.size();
  }

  @Override
  public Optional<List<Double>> next(List<Observation> past) {
    return past.size() < grid.size() ? Optional.of(grid.get(past.size())) : Optional.empty();
  }
}
