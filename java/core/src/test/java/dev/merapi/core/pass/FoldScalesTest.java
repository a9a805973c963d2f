package dev.merapi.core.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldScalesTest extends PassTest {
  private final Value x = input("x", 2, 3, 8, 8);
  private final Value rows = input("rows", 4, 5);

  private Value variable(String name, int... dims) {
    return Variable.of(graph, name, TensorType.f32(dims));
  }

  private Value convolved() {
    return Ops.conv2d(x, variable("weight", 6, 3, 3, 3), Window2d.square(3, 1, 0), 1);
  }

  private Value normalized(Value value, int channels) {
    return Ops.batchNormInference(
        value,
        variable("scale", channels),
        variable("shift", channels),
        variable("mean", channels),
        variable("variance", channels),
        1e-5);
  }

  /** Names of the ops that are left for each run, without views, from the output backwards. */
  private List<String> eachRun(Value value) {
    HoistFixed hoist = new HoistFixed();
    Pass all =
        new PassPipeline(
            List.of(new FoldScales(), new RemoveDeadNodes(), hoist, new RemoveDeadNodes()), true);
    Graph left = after(all, value).graph();
    return left.nodes().stream()
        .filter(node -> !(node.op() instanceof Variable) && !node.inputs().isEmpty())
        .map(Node::op)
        .map(op -> op.name())
        .filter(name -> !name.equals("reshape"))
        .toList();
  }

  @Test
  void aConvolutionTakesTheNormalizationBehindIt() {
    assertThat(eachRun(normalized(convolved(), 6))).containsExactly("conv2d", "add");
  }

  @Test
  void soItDoesWithABias() {
    Value biased = Ops.add(convolved(), Ops.reshape(variable("bias", 6), 6, 1, 1));
    assertThat(eachRun(Ops.relu(normalized(biased, 6)))).containsExactly("conv2d", "add", "relu");
  }

  @Test
  void soDoesAMatrixProductEitherWay() {
    Value dense = Ops.matMul(rows, variable("weight", 7, 5), false, true);
    Value biased = Ops.add(variable("bias", 7), dense);
    assertThat(eachRun(normalized(biased, 7))).containsExactly("matMul", "add");
    Value plain = Ops.matMul(rows, variable("plain", 5, 7), false, false);
    assertThat(eachRun(normalized(plain, 7))).contains("matMul", "add").doesNotContain("*", "mul");
  }

  @Test
  void anActivationInBetweenEndsIt() {
    Value y = normalized(Ops.relu(convolved()), 6);
    assertThat(eachRun(y)).startsWith("conv2d", "relu").hasSize(5);
  }

  @Test
  void whatIsReadElsewhereIsNotFolded() {
    Value conv = convolved();
    graph.output("conv", conv);
    assertThat(eachRun(normalized(conv, 6))).hasSize(4);
  }

  @Test
  void branchesAreNotFolded() {
    Value conv = convolved();
    Value y = Ops.add(normalized(conv, 6), conv);
    assertThat(eachRun(y)).hasSize(5);
  }

  @Test
  void whatVariesAlongOtherAxesIsNotFolded() {
    Value y = Ops.mul(convolved(), variable("columns", 6));
    assertThat(eachRun(y)).containsExactly("conv2d", nameOfProduct());
    Value whole = Ops.mul(convolved(), variable("all", 6, 6, 6));
    assertThat(eachRun(whole)).contains(nameOfProduct());
  }

  private String nameOfProduct() {
    return Ops.mul(rows, rows).op().name();
  }

  @Test
  void whatTheProgramAssignsIsNotFixed() {
    Value weight = variable("weight", 6, 3, 3, 3);
    Assign.of(weight, Ops.mul(weight, 2));
    assertThat(eachRun(normalized(convolved(), 6))).hasSizeGreaterThan(4);
  }

  @Test
  void aWeightOfTwoProductsIsFoldedIntoEach() {
    Value shared = variable("weight", 5, 5);
    Value first = normalized(Ops.matMul(rows, shared, false, true), 5);
    Value second = Ops.matMul(Ops.relu(first), shared, false, true);
    assertThat(eachRun(second)).containsExactly("matMul", "add", "relu", "matMul");
  }

  @Test
  void programsShareWhatIsEqual() {
    HoistFixed hoist = new HoistFixed();
    for (int batch = 1; batch <= 2; batch++) {
      Graph other = new Graph("net", 1);
      Value in = Input.of(other, "x", TensorType.f32(batch, 5));
      Value scale = Variable.of(other, "scale", TensorType.f32(5));
      other.output("y", Ops.mul(in, Ops.exp(scale)));
      hoist.run(other);
    }
    Graph computation = hoist.computation();
    assertThat(computation.outputs()).hasSize(1);
    assertThat(text(computation.outputs().values().iterator().next())).startsWith("exp(");
  }
}
