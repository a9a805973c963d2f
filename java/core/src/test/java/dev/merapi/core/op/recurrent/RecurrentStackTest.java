package dev.merapi.core.op.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecurrentStackTest {
  private final Graph graph = new Graph("", 1);
  private final Value x = input(5, 3, 2);
  private final Value state = input(2, 3, 4);

  private Value input(int... dims) {
    return Input.of(graph, "in" + graph.nodes().size(), TensorType.f32(dims));
  }

  @Test
  void outputsAreTheSequenceTheFinalStatesAndWhatIsSaved() {
    List<Value> lstm = Ops.lstm(new Lstm(4, 1, true), x, input(256), state, input(2, 3, 4));
    assertThat(lstm)
        .extracting(value -> value.shape().toString())
        .containsExactly(
            "[5, 3, 8]", "[2, 3, 4]", "[2, 3, 4]", "[2, 5, 3, 16]", "[2, 5, 3, 4]", "[2, 5, 3, 4]");

    List<Value> gru = Ops.gru(new Gru(4, 2, false), x, input(216), state);
    assertThat(gru)
        .extracting(value -> value.shape().toString())
        .containsExactly("[5, 3, 4]", "[2, 3, 4]", "[2, 5, 3, 16]", "[2, 5, 3, 4]");

    List<Value> rnn = Ops.rnn(new Rnn(Rnn.Mode.RELU, 4, 2, false), x, input(72), state);
    assertThat(rnn)
        .extracting(value -> value.shape().toString())
        .containsExactly("[5, 3, 4]", "[2, 3, 4]", "[2, 5, 3, 4]");
  }

  @Test
  void saysWhatDoesNotFit() {
    Gru gru = new Gru(4, 2, false);
    assertThatThrownBy(() -> Ops.gru(gru, input(5, 3), input(216), state))
        .isInstanceOf(GraphException.class)
        .hasMessage("gru: expected a floating-point sequence [T, N, features], found F32[5, 3]");
    assertThatThrownBy(() -> Ops.gru(gru, x, input(200), state))
        .hasMessage("gru: expected the packed weight F32[216], found F32[200]");
    assertThatThrownBy(() -> Ops.gru(gru, x, input(216), input(1, 3, 4)))
        .hasMessage("gru: expected an initial state F32[2, 3, 4], found F32[1, 3, 4]");
    assertThatThrownBy(() -> Ops.gru(new Gru(0, 1, false), x, input(216), state))
        .hasMessage("gru: expected at least 1 hidden feature and 1 layer, found 0 and 1");
    assertThatThrownBy(() -> graph.apply(gru, x, input(216)))
        .hasMessage("gru: takes 3 inputs, found 2");
  }

  @Test
  void noGradientGoesThroughWhatIsSaved() {
    Value weight = input(216);
    Value gates = Ops.gru(new Gru(4, 2, false), x, weight, state).get(2);
    assertThatThrownBy(() -> Differentiator.gradients(Ops.sum(gates), List.of(weight)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("no gradient goes through what is saved for the backward op");
  }

  @Test
  void decomposesIntoOpsThatAreNotRecurrent() {
    Value weight = input(216);
    Value y = Ops.gru(new Gru(4, 2, false), x, weight, state).get(0);
    Value gradient = Differentiator.gradients(Ops.sum(y), List.of(weight)).get(0);
    for (Value value : List.of(y, gradient)) {
      int before = graph.nodes().size();
      List<Value> primitives = value.op().decompose(value.node().inputs()).orElseThrow();
      assertThat(primitives)
          .extracting(Value::type)
          .isEqualTo(value.node().outputs().stream().map(Value::type).toList());
      assertThat(graph.nodes().subList(before, graph.nodes().size()))
          .noneMatch(node -> node.op() instanceof Recurrent);
    }
  }
}
