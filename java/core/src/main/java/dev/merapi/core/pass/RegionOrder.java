package dev.merapi.core.pass;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The vertices of a graph without circles in an order in which producers come first, which is kept
 * while vertices are merged. So what lies between two vertices is looked for between their places
 * only, from both ends at once: the time goes with the smaller search, not with the graph. After
 * Pearce and Kelly, "A dynamic topological sort algorithm for directed acyclic graphs", ACM Journal
 * of Experimental Algorithmics 11, 2006.
 */
final class RegionOrder<V> {
  /** The distance of neighbours in the beginning: room for those that move in between. */
  private static final long GAP = 1L << 24;

  private final Function<V, Collection<V>> producers;
  private final Function<V, Collection<V>> consumers;
  private final TreeMap<Long, V> order = new TreeMap<>();
  private final Map<V, Long> positions = new HashMap<>();

  RegionOrder(Function<V, Collection<V>> producers, Function<V, Collection<V>> consumers) {
    this.producers = producers;
    this.consumers = consumers;
  }

  /** Adds a vertex behind all others. */
  void append(V vertex) {
    put(order.isEmpty() ? 0 : order.lastKey() + GAP, vertex);
  }

  private void put(long position, V vertex) {
    order.put(position, vertex);
    positions.put(vertex, position);
  }

  private long position(V vertex) {
    return positions.get(vertex);
  }

  /** One direction of a search, the nearest first: most detours are short. */
  private final class Search {
    private final Function<V, Collection<V>> next;
    private final V target;
    private final Set<V> found = new LinkedHashSet<>();
    private final Deque<V> open = new ArrayDeque<>();
    private final List<V> latest = new ArrayList<>();
    private boolean arrived;

    Search(V from, V target, Function<V, Collection<V>> next) {
      this.next = next;
      this.target = target;
      expand(from);
      arrived = false; // the edge that is there in any case
    }

    private void expand(V vertex) {
      long end = position(target);
      boolean ahead = position(vertex) < end;
      latest.clear();
      for (V neighbour : next.apply(vertex)) {
        arrived |= neighbour.equals(target);
        if (position(neighbour) < end == ahead
            && !neighbour.equals(target)
            && found.add(neighbour)) {
          open.add(neighbour);
          latest.add(neighbour);
        }
      }
    }

    /** Whether the last step came to what the other search starts from or has found. */
    boolean meets(Search other) {
      return arrived || latest.stream().anyMatch(other.found::contains);
    }

    /** Goes on; false when there is nothing left to look at. */
    boolean step() {
      if (open.isEmpty()) {
        return false;
      }
      expand(open.remove());
      return true;
    }
  }

  /** What must move so that two vertices can become one. */
  final class Merge {
    private final V from;
    private final V to;
    private final Set<V> moving;
    private final boolean behind;

    private Merge(V from, V to, Set<V> moving, boolean behind) {
      this.from = from;
      this.to = to;
      this.moving = moving;
      this.behind = behind;
    }

    /** Puts one vertex in the place of the two. */
    void into(V joined) {
      long place = position(behind ? to : from);
      List<V> all = new ArrayList<>(moving);
      all.sort(Comparator.comparingLong(RegionOrder.this::position));
      all.forEach(vertex -> order.remove(positions.remove(vertex)));
      order.remove(positions.remove(from));
      order.remove(positions.remove(to));
      put(place, joined);
      insert(all, joined, behind);
    }
  }

  /** Puts vertices next to one, on one side. */
  private void insert(List<V> vertices, V beside, boolean behind) {
    long step = room(beside, behind) / (vertices.size() + 1);
    if (step == 0) {
      spread(vertices.size() + 1);
      step = room(beside, behind) / (vertices.size() + 1);
    }
    long first = position(beside) + (behind ? step : -step * vertices.size());
    for (V vertex : vertices) {
      put(first, vertex);
      first += step;
    }
  }

  private long room(V vertex, boolean behind) {
    long place = position(vertex);
    Long next = behind ? order.higherKey(place) : order.lowerKey(place);
    return next == null ? GAP * positions.size() : Math.abs(next - place);
  }

  /** Makes room for so many between all neighbours. */
  private void spread(int room) {
    List<V> all = new ArrayList<>(order.values());
    order.clear();
    for (int i = 0; i < all.size(); i++) {
      put(i * GAP * room, all.get(i));
    }
  }

  /**
   * How two vertices, the first of which is a producer of the second, become one; null when a path
   * leads from the one to the other through a third.
   */
  Merge merge(V from, V to) {
    Search ahead = new Search(from, to, consumers);
    Search back = new Search(to, from, producers);
    while (!ahead.meets(back) && !back.meets(ahead)) {
      if (!ahead.step()) {
        return new Merge(from, to, ahead.found, true);
      } else if (!back.step()) {
        return new Merge(from, to, back.found, false);
      }
    }
    return null;
  }
}
