package dev.merapi.core.pass;

import static dev.merapi.core.op.Ops.exp;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoveEmptyTensorsTest extends PassTest {
  private final Value nothing = input("nothing", 0, 3);

  private String removed(Value value) {
    return text(after(new RemoveEmptyTensors(), value));
  }

  @Test
  void emptyValuesAreConstants() {
    assertThat(removed(exp(nothing))).isEqualTo("0.0[0, 3]");
  }

  @Test
  void sumsOverNothingAreZero() {
    assertThat(removed(sum(nothing, 0))).isEqualTo("0.0[3]");
    assertThat(removed(matMul(input("a", 2, 0), input("b", 0, 4)))).isEqualTo("0.0[2, 4]");
    Value indices = Input.of(graph, "indices", new TensorType(DType.I32, Shape.of(0)));
    assertThat(removed(ScatterAdd.of(nothing, indices, 0, 5))).isEqualTo("0.0[5, 3]");
  }

  @Test
  void concatSkipsWhatIsEmpty() {
    Value x = input("x", 2, 3);
    Value y = input("y", 1, 3);
    assertThat(removed(Concat.of(0, List.of(x, nothing)))).isEqualTo("x");
    assertThat(removed(Concat.of(0, List.of(nothing, x, nothing, y)))).isEqualTo("concat(x, y)");
  }

  @Test
  void onlyThePaddingOfNothingIsLeft() {
    assertThat(removed(Pad.of(nothing, List.of(1, 0), List.of(1, 0), 7))).isEqualTo("7.0[2, 3]");
  }

  @Test
  void eachEmptyOutputOfSeveralIsAConstant() {
    record Split(int at) implements Movement {
      @Override
      public List<TensorType> inferTypes(List<TensorType> inputs) {
        int size = inputs.get(0).shape().dim(0);
        return List.of(TensorType.f32(at), TensorType.f32(size - at));
      }
    }

    List<Value> parts = graph.applyAll(new Split(0), List.of(input("x", 3)));
    assertThat(removed(parts.get(0))).isEqualTo("0.0[0]");
    assertThat(removed(parts.get(1))).isEqualTo("split(x)");
  }

  @Test
  void assigningNothingDoesNothing() {
    Value empty = Variable.of(graph, "empty", TensorType.f32(0));
    Value full = Variable.of(graph, "full", TensorType.f32(1));
    Assign.of(empty, exp(empty));
    Assign.of(full, exp(full));
    Graph rewritten = new RemoveEmptyTensors().run(graph);
    assertThat(rewritten.nodes().stream().filter(node -> node.hasEffect()))
        .singleElement()
        .satisfies(node -> assertThat(((Assign) node.op()).path()).isEqualTo("full"));
  }

  @Test
  void whatHasNoMeaningIsAnError() {
    Value indices = Input.of(graph, "indices", new TensorType(DType.I32, Shape.of(2)));
    Value taken = graph.within("embedding", () -> Gather.of(nothing, indices, 0));
    assertThatThrownBy(() -> removed(taken))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "net/embedding: gather of an empty tensor is not defined, found [F32[0, 3], I32[2]]");
  }
}
