package dev.merapi.core.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random graphs whose edges are contracted at random, against a search of all paths. */
class RegionOrderTest {
  private static final class Vertex {
    private final Set<Vertex> producers = new LinkedHashSet<>();
    private final Set<Vertex> consumers = new LinkedHashSet<>();
  }

  private final List<Vertex> vertices = new ArrayList<>();
  private final RegionOrder<Vertex> order =
      new RegionOrder<>(vertex -> vertex.producers, vertex -> vertex.consumers);

  private static void connect(Vertex from, Vertex to) {
    from.consumers.add(to);
    to.producers.add(from);
  }

  private static boolean leadsAround(Vertex from, Vertex to) {
    Set<Vertex> seen = new HashSet<>();
    List<Vertex> open = new ArrayList<>(from.consumers);
    open.remove(to);
    while (!open.isEmpty()) {
      Vertex vertex = open.remove(open.size() - 1);
      if (vertex == to) {
        return true;
      }
      if (seen.add(vertex)) {
        open.addAll(vertex.consumers);
      }
    }
    return false;
  }

  private Vertex contract(Vertex from, Vertex to) {
    Vertex joined = new Vertex();
    for (Vertex part : List.of(from, to)) {
      for (Vertex producer : part.producers) {
        producer.consumers.remove(part);
        if (producer != from && producer != to) {
          connect(producer, joined);
        }
      }
      for (Vertex consumer : part.consumers) {
        consumer.producers.remove(part);
        if (consumer != from && consumer != to) {
          connect(joined, consumer);
        }
      }
    }
    vertices.removeAll(List.of(from, to));
    vertices.add(joined);
    return joined;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void mergesWhatNoPathLeadsAround(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      Vertex vertex = new Vertex();
      for (int k = random.nextInt(3); k > 0 && i > 0; k--) {
        // now near, now far
        int far = random.nextBoolean() ? i : Math.min(i, 4);
        connect(vertices.get(i - 1 - random.nextInt(far)), vertex);
      }
      vertices.add(vertex);
      order.append(vertex);
    }
    int merged = 0;
    for (int i = 0; i < 3000; i++) {
      Vertex from = vertices.get(random.nextInt(vertices.size()));
      if (from.consumers.isEmpty()) {
        continue;
      }
      Vertex to = List.copyOf(from.consumers).get(random.nextInt(from.consumers.size()));
      RegionOrder<Vertex>.Merge merge = order.merge(from, to);
      assertThat(merge == null).isEqualTo(leadsAround(from, to));
      if (merge != null && random.nextBoolean()) {
        merge.into(contract(from, to));
        merged++;
      }
    }
    assertThat(merged).isGreaterThan(20);
  }
}
