package dev.merapi.core.graph;

import static dev.merapi.core.op.Ops.add;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private final Graph graph = new Graph("net", 1);
  private final Value x = Input.of(graph, "x", TensorType.f32(2));

  @Test
  void aGraphBuiltByTheRulesPasses() {
    Value w = Variable.of(graph, "w", TensorType.f32(2));
    Assign.of(w, add(w, x));
    graph.output("y", add(w, 1));
    Verifier.verify(graph);
  }

  @Test
  void aVariableIsAssignedOnce() {
    Value w = Variable.of(graph, "w", TensorType.f32(2));
    Assign.of(w, x);
    Assign.of(w, add(w, x));
    assertThatThrownBy(() -> Verifier.verify(graph))
        .hasMessage("w is assigned twice in one program");
  }

  @Test
  void aVariableHasOneType() {
    Variable.of(graph, "w", TensorType.f32(2));
    Variable.of(graph, "w", TensorType.f32(3));
    assertThatThrownBy(() -> Verifier.verify(graph))
        .hasMessage("w is used as [F32[2]] and as [F32[3]]");
  }

  /** An op that breaks the rule that types follow from the op and its inputs alone. */
  private record Fickle(AtomicReference<TensorType> type) implements Source {
    @Override
    public List<TensorType> inferTypes(List<TensorType> inputs) {
      return List.of(type.get());
    }
  }

  @Test
  void typesFollowFromTheOp() {
    AtomicReference<TensorType> type = new AtomicReference<>(TensorType.f32(2));
    graph.apply(new Fickle(type));
    type.set(TensorType.f32(5));
    assertThatThrownBy(() -> Verifier.verify(graph))
        .hasMessageContaining("fickle")
        .hasMessageContaining("has outputs of types [F32[2]], expected [F32[5]]");
  }

  @Test
  void valuesOfAnotherGraphAreRefused() {
    Value other = Input.of(new Graph("other", 1), "x", TensorType.f32(2));
    assertThatThrownBy(() -> add(x, other)).hasMessage("net: %0 belongs to another graph");
    assertThatThrownBy(() -> graph.output("y", other))
        .hasMessage("net: %0 belongs to another graph");
  }
}
