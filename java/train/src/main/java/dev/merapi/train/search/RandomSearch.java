package dev.merapi.train.search;

import dev.merapi.core.scalar.Philox;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws each point independently of all others. Source: Bergstra and Bengio, "Random search for
 * hyper-parameter optimization", JMLR 13, 2012.
 *
 * @param space to draw from
 * @param seed equal seeds draw equal points
 */
public record RandomSearch(Space space, long seed) implements Search {
  @Override
  public Optional<List<Double>> next(List<Observation> past) {
    Philox.Key key = Philox.Key.of(seed, "search/random", 0);
    return Optional.of(
        IntStream.range(0, space.dimensions())
            .mapToObj(i -> (double) Philox.uniform(Philox.bits(key, i, past.size(), 0)))
            .toList());
  }
}
