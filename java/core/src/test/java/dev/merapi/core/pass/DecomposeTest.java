package dev.merapi.core.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.scalar.ScalarExpr;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class DecomposeTest extends PassTest {
  private static final ScalarExpr X = ScalarExpr.arg(0);

  record Square() implements Elementwise {
    @Override
    public ScalarExpr expr() {
      return ScalarExpr.mul(X, X);
    }

    @Override
    public int arity() {
      return 1;
    }

    @Override
    public Optional<List<Value>> decompose(List<Value> inputs) {
      return Optional.of(List.of(Ops.mul(inputs.get(0), inputs.get(0))));
    }
  }

  record Cube() implements Elementwise {
    @Override
    public ScalarExpr expr() {
      return ScalarExpr.mul(X, ScalarExpr.mul(X, X));
    }

    @Override
    public int arity() {
      return 1;
    }

    @Override
    public Optional<List<Value>> decompose(List<Value> inputs) {
      Value x = inputs.get(0);
      return Optional.of(List.of(Ops.mul(x, x.graph().apply(new Square(), x))));
    }
  }

  record Forever(int depth) implements Elementwise {
    @Override
    public ScalarExpr expr() {
      return X;
    }

    @Override
    public int arity() {
      return 1;
    }

    @Override
    public Optional<List<Value>> decompose(List<Value> inputs) {
      return Optional.of(
          List.of(inputs.get(0).graph().apply(new Forever(depth + 1), inputs.get(0))));
    }
  }

  private final Value x = input("x", 2);
  private final Predicate<Node> primitives =
      node -> node.op() instanceof Binary || node.op() instanceof Input;

  @Test
  void goesOnUntilEverythingIsSupported() {
    Value cube = graph.within("cube", () -> graph.apply(new Cube(), x));
    Value y = after(new Decompose(primitives), cube);
    assertThat(text(y)).isEqualTo("mul(x, mul(x, x))");
    assertThat(y.node().path()).isEqualTo("net/cube");
  }

  @Test
  void keepsWhatIsSupported() {
    Predicate<Node> squares = primitives.or(node -> node.op() instanceof Square);
    assertThat(text(after(new Decompose(squares), graph.apply(new Cube(), x))))
        .isEqualTo("mul(x, square(x))");
  }

  @Test
  void everythingLeavesPrimitivesAlone() {
    Value y = Ops.exp(graph.apply(new Cube(), x));
    assertThat(text(after(Decompose.everything(), y))).isEqualTo("exp(mul(x, mul(x, x)))");
  }

  @Test
  void namesWhatTheTargetLacks() {
    Value y = graph.within("fc1", () -> Ops.exp(x));
    assertThat(y.op()).isInstanceOf(Unary.class);
    assertThatThrownBy(() -> after(new Decompose(primitives), y))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "net/fc1: the target has no kernel for exp on [F32[2]] and it cannot be decomposed");
  }

  @Test
  void anOpThatDecomposesIntoItselfIsAnError() {
    assertThatThrownBy(() -> after(Decompose.everything(), graph.apply(new Forever(0), x)))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("decomposing does not end");
  }
}
