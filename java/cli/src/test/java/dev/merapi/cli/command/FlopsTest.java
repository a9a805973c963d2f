package dev.merapi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlopsTest {
  /** [2, 3] by [3, 3] is 2 * 2 * 3 * 3 operations, and happens at each of 5 places. */
  @Test
  void everyPlaceOfAScanCounts() {
    Graph graph = new Graph("it", 1);
    Value weight = Input.of(graph, "weight", TensorType.f32(3, 3));
    Value first = Input.of(graph, "first", TensorType.f32(2, 3));
    Value x = Input.of(graph, "x", TensorType.f32(5, 2, 3));
    Ops.scan(
        List.of(first),
        List.of(x),
        (states, elements) -> {
          Value next = Ops.add(elements.get(0), Ops.matMul(states.get(0), weight));
          return new Scan.Carried(List.of(next), List.of());
        });
    assertThat(graph.nodes().stream().mapToLong(Flops::of).sum()).isEqualTo(5 * 36);
  }
}
