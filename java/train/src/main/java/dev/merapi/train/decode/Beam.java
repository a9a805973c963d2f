package dev.merapi.train.decode;

import dev.merapi.core.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedList;
import java.util.List;
import java.util.PriorityQueue;

/** The beginnings of one sequence that a beam search keeps, and what it has finished. */
final class Beam {
  private final BeamSearch search;
  private final BeamSearch.Tokens tokens;
  private final List<Hypothesis> finished = new ArrayList<>();
  private List<Start> starts = List.of(new Start(null, 0, -1, 0, 0));

  /**
   * A beginning.
   *
   * @param before the beginning without its last token; null for the empty one
   * @param row which of the beginnings of the step before that is
   * @param token the last one
   */
  private record Start(Start before, int row, int token, double logProbability, int length) {
    List<Integer> tokens() {
      LinkedList<Integer> tokens = new LinkedList<>();
      for (Start start = this; start.before != null; start = start.before) {
        tokens.addFirst(start.token);
      }
      return tokens;
    }
  }

  /** One more token behind a beginning; of equally probable ones the first comes first. */
  private record Step(int row, int token, double logProbability) {
    static final Comparator<Step> BEST_FIRST =
        Comparator.comparingDouble((Step step) -> -step.logProbability)
            .thenComparing(Step::row)
            .thenComparing(Step::token);
  }

  Beam(BeamSearch search, BeamSearch.Tokens tokens) {
    this.search = search;
    this.tokens = tokens;
  }

  /** Goes on with each beginning, and keeps the best. */
  void grow(HostTensor logProbabilities, int firstRow) {
    if (isDone()) {
      return;
    }
    List<Start> longer = new ArrayList<>();
    for (Step step : best(logProbabilities, firstRow)) {
      if (longer.size() == search.width()) {
        break;
      }
      Start before = starts.get(step.row);
      int length = before.length + 1;
      if (step.token == tokens.end()) {
        finish(before.tokens(), step.logProbability, length, true);
      } else {
        longer.add(new Start(before, step.row, step.token, step.logProbability, length));
      }
    }
    starts = longer;
    if (!starts.isEmpty() && starts.get(0).length == tokens.maxLength()) {
      starts.forEach(cut -> finish(cut.tokens(), cut.logProbability, cut.length, false));
      starts = List.of();
    }
  }

  /** Enough steps to be left with as many beginnings as the beam is wide, whichever of them end. */
  private List<Step> best(HostTensor logProbabilities, int firstRow) {
    int vocabulary = logProbabilities.shape().dim(1);
    int wanted = search.width() + starts.size();
    PriorityQueue<Step> worstFirst = new PriorityQueue<>(Step.BEST_FIRST.reversed());
    for (int row = 0; row < starts.size(); row++) {
      double before = starts.get(row).logProbability;
      int offset = (firstRow + row) * vocabulary;
      for (int token = 0; token < vocabulary; token++) {
        double sum = before + logProbabilities.get(offset + token);
        if (worstFirst.size() < wanted || sum > worstFirst.peek().logProbability) {
          worstFirst.add(new Step(row, token, sum));
          if (worstFirst.size() > wanted) {
            worstFirst.remove();
          }
        }
      }
    }
    return worstFirst.stream().sorted(Step.BEST_FIRST).toList();
  }

  private void finish(List<Integer> sequence, double logProbability, int length, boolean ended) {
    double score = search.score(logProbability, length);
    finished.add(new Hypothesis(sequence, logProbability, score, ended));
  }

  /**
   * Whether nothing better can come: a log-probability only falls, and the penalty is the largest
   * at the maximal length.
   */
  boolean isDone() {
    if (starts.isEmpty()) {
      return true;
    }
    double reachable = search.score(starts.get(0).logProbability, tokens.maxLength());
    return finished.stream().anyMatch(hypothesis -> hypothesis.score() >= reachable);
  }

  /** Says what the rows of this sequence read next; rows without a beginning read anything. */
  void write(int firstRow, int[] parents, int[] last) {
    for (int i = 0; i < search.width(); i++) {
      boolean used = i < starts.size();
      parents[firstRow + i] = firstRow + (used ? starts.get(i).row : 0);
      last[firstRow + i] = used ? starts.get(i).token : tokens.end();
    }
  }

  /** The finished sequences, the best first. */
  List<Hypothesis> found() {
    return finished.stream()
        .sorted(Comparator.comparingDouble(hypothesis -> -hypothesis.score()))
        .limit(search.width())
        .toList();
  }
}
