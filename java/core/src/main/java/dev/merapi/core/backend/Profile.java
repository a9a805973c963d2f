package dev.merapi.core.backend;

import dev.merapi.core.graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the time of programs and of the thread that runs them goes.
 *
 * <p>A program that is bound with one that is on waits for each kernel before it launches the next:
 * a profile tells the times of kernels alone, also on a device that would otherwise overlap them or
 * replay them at once, and a profiled training is slower than another. For one thread.
 */
public final class Profile {
  /** Notes nothing and costs nothing. */
  public static final Profile OFF = new Profile(false, 0);

  private static final int MOST_SPANS = 200_000;

  private final boolean on;
  private final int mostSpans;
  private final Map<Work, Total> totals = new HashMap<>();
  private final Map<PreparedStep, Total> launches = new IdentityHashMap<>();
  private final List<Span> spans = new ArrayList<>();
  private long spansLeftOut;

  /**
   * What time was spent on.
   *
   * @param place the layer, such as {@code lenet5/conv1}; empty outside of programs
   * @param name of the op, or of what was waited for
   * @param kernel the kernel's name; empty for all but launches
   */
  public record Work(String place, String name, String kernel) {}

  /** A piece of time, in nanoseconds of {@link System#nanoTime}. */
  public record Span(Work work, long startNanos, long nanos) {}

  /** All pieces of one kind of work. */
  public record Row(Work work, long calls, long nanos) {}

  private static final class Total {
    final Work work;
    long calls;
    long nanos;

    Total(Work work) {
      this.work = work;
    }
  }

  private Profile(boolean on, int mostSpans) {
    this.on = on;
    this.mostSpans = mostSpans;
  }

  /** One that is on. */
  public static Profile start() {
    return start(MOST_SPANS);
  }

  /** One that is on and keeps the first pieces of time only; the sums are of all. */
  public static Profile start(int mostSpans) {
    return new Profile(true, mostSpans);
  }

  public boolean isOn() {
    return on;
  }

  /** Notes a launch that began at a time and is done. */
  public void launched(PreparedStep step, long startNanos) {
    if (on) {
      long end = System.nanoTime();
      add(launches.computeIfAbsent(step, this::total), startNanos, end);
    }
  }

  /** Notes something else that began at a time and is done. */
  public void spent(String name, long startNanos) {
    if (on) {
      long end = System.nanoTime();
      add(total(new Work("", name, "")), startNanos, end);
    }
  }

  private Total total(PreparedStep step) {
    Node node = step.step().node();
    return total(new Work(node.path(), node.op().name(), step.kernelName()));
  }

  private Total total(Work work) {
    return totals.computeIfAbsent(work, Total::new);
  }

  private void add(Total total, long start, long end) {
    total.calls++;
    total.nanos += end - start;
    if (spans.size() < mostSpans) {
      spans.add(new Span(total.work, start, end - start));
    } else {
      spansLeftOut++;
    }
  }

  /** The sums, what took longest first. */
  public List<Row> rows() {
    return totals.values().stream()
        .map(total -> new Row(total.work, total.calls, total.nanos))
        .sorted(Comparator.comparingLong(Row::nanos).reversed())
        .toList();
  }

  /** The pieces of time, in the order in which they ended. */
  public List<Span> spans() {
    return Collections.unmodifiableList(spans);
  }

  /** How many pieces are counted in the sums alone. */
  public long spansLeftOut() {
    return spansLeftOut;
  }
}
