package dev.merapi.core.pass.epilogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.pass.RemoveDeadNodes;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What becomes of y = relu(A B + bias + residual), by what the target knows. */
class FuseEpilogueTest {
  private final Graph graph = new Graph("test", 1);
  private final Value product = Ops.matMul(input("a", 4, 3), input("b", 3, 2));
  private final Value biased = Ops.add(product, input("bias", 2));
  private final Value sum = Ops.add(input("residual", 4, 2), biased);

  private Value input(String name, int... dims) {
    return Input.of(graph, name, new TensorType(DType.F32, Shape.of(dims)));
  }

  /** The ops but for inputs, for a target that knows some epilogues. */
  private List<Op> fuse(Predicate<Epilogue> known) {
    FuseEpilogue pass =
        new FuseEpilogue((op, inputs) -> known.test(((MatMulWithBias) op).epilogue()));
    return new RemoveDeadNodes()
        .run(pass.run(graph)).nodes().stream()
            .map(Node::op)
            .filter(op -> !(op instanceof Input))
            .toList();
  }

  private List<String> names(Predicate<Epilogue> known) {
    return fuse(known).stream().map(Op::name).toList();
  }

  @Test
  void everythingIsOneOp() {
    graph.output("y", Ops.relu(sum));
    assertThat(fuse(any -> true)).containsExactly(new MatMulWithBias((MatMul) product.op(), all()));
  }

  private static Epilogue all() {
    return new Epilogue(true, true);
  }

  /** A bias by itself, which the target has no kernel for, is no obstacle. */
  @Test
  void onlyALongerPatternIsKnown() {
    graph.output("y", Ops.relu(sum));
    assertThat(names(all()::equals)).containsExactly("matMulWithBias");
  }

  @Test
  void onlyABiasIsKnown() {
    graph.output("y", Ops.relu(biased));
    assertThat(names(Epilogue.NONE::equals)).containsExactly("matMulWithBias", "relu");
  }

  @Test
  void nothingIsKnown() {
    graph.output("y", Ops.relu(biased));
    assertThat(names(any -> false)).containsExactly("matMul", "add", "relu");
  }

  /** The sum is read by two, so that it ends the pattern. */
  @Test
  void whatIsReadTwiceStays() {
    graph.output("sum", sum);
    graph.output("y", Ops.relu(sum));
    assertThat(fuse(any -> true))
        .containsExactly(
            new MatMulWithBias((MatMul) product.op(), Epilogue.NONE.withResidual()),
            Ops.relu(sum).op());
    assertThat(names(epilogue -> epilogue.relu())).containsExactly("matMul", "add", "add", "relu");
  }
}
