package dev.merapi.cli.tune;

import dev.merapi.train.search.Observation;
import dev.merapi.train.search.Search;
import dev.merapi.train.search.SuccessiveHalving;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Tries point after point and promotes the better trials, rung by rung. What the log has is not
 * tried again.
 *
 * @param search proposes points; it learns what was found on the first rung
 * @param halving the rungs
 * @param trials how many points are tried at most
 * @param maximize whether large values of the metric are better
 */
public record Tuner(Search search, SuccessiveHalving halving, int trials, boolean maximize) {
  /** What trains a trial. */
  @FunctionalInterface
  public interface Training {
    /**
     * Trains until the trial has had so many epochs.
     *
     * @param number of the trial, from 1
     * @param before what was found on the rung before; null on the first one
     * @return empty when the training was interrupted
     */
    Optional<Trial> run(int number, List<Double> point, Trial before, int epochs);
  }

  /**
   * Runs the search to its end.
   *
   * @return whether it came to its end; else a training was interrupted
   */
  public boolean run(TrialLog log, Training training) {
    List<Integer> rungs = halving.rungs();
    List<Trial> rung = new ArrayList<>();
    List<Observation> past = new ArrayList<>();
    while (rung.size() < trials) {
      Optional<List<Double>> point = search.next(past);
      if (point.isEmpty()) {
        break; // all has been tried
      }
      int number = rung.size() + 1;
      Optional<Trial> trial = log.find(number, rungs.get(0));
      if (trial.isEmpty()) {
        trial = training.run(number, point.get(), null, rungs.get(0));
        trial.ifPresent(log::append);
      }
      if (trial.isEmpty()) {
        return false;
      }
      rung.add(trial.get());
      past.add(trial.get().observed(maximize));
    }
    for (int epochs : rungs.subList(1, rungs.size())) {
      Optional<List<Trial>> next = promote(rung, epochs, log, training);
      if (next.isEmpty()) {
        return false;
      }
      rung = next.get();
    }
    return true;
  }

  private Optional<List<Trial>> promote(
      List<Trial> rung, int epochs, TrialLog log, Training training) {
    List<Trial> promoted = new ArrayList<>();
    for (int i : halving.promoted(rung.stream().map(t -> t.objective(maximize)).toList())) {
      Trial before = rung.get(i);
      Optional<Trial> trial = log.find(before.number(), epochs);
      if (trial.isEmpty()) {
        trial =
            before.complete()
                ? Optional.of(before.carriedTo(epochs))
                : training.run(before.number(), before.point(), before, epochs);
        trial.ifPresent(log::append);
      }
      if (trial.isEmpty()) {
        return Optional.empty();
      }
      promoted.add(trial.get());
    }
    return Optional.of(promoted);
  }

  /**
   * The trials, each as it was found at last, the best first: those that were trained longer before
   * others, diverged ones at the end.
   */
  public List<Trial> ranked(List<Trial> all) {
    return all.stream()
        .filter(
            t -> all.stream().noneMatch(o -> o.number() == t.number() && o.epochs() > t.epochs()))
        .sorted(
            Comparator.comparing(Trial::diverged)
                .thenComparing(Trial::epochs, Comparator.reverseOrder())
                .thenComparingDouble(t -> t.objective(maximize))
                .thenComparing(Trial::number))
        .toList();
  }
}
