package dev.merapi.core.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphEvaluator;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassPipelineTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheValuesOfRandomGraphs(boolean fuse) {
    Pass pipeline = PassPipeline.standard(node -> true, List.of(), fuse, fuse);
    int fused = 0;
    for (long seed = 0; seed < 200; seed++) {
      RandomGraphs.Case random = RandomGraphs.of(seed);
      Graph compiled = pipeline.run(random.graph());
      Verifier.verify(compiled);
      assertSame(
          "seed " + seed,
          GraphEvaluator.run(random.graph(), random.given()),
          GraphEvaluator.run(compiled, random.given()));
      fused += compiled.nodes().stream().filter(n -> n.op() instanceof Fused).count();
    }
    assertThat(fused > 200).isEqualTo(fuse);
  }

  private static void assertSame(
      String what, Map<String, double[]> expected, Map<String, double[]> found) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    for (String name : expected.keySet()) {
      double[] a = expected.get(name);
      double[] b = found.get(name);
      assertThat(b).as(what).hasSameSizeAs(a);
      for (int i = 0; i < a.length; i++) {
        boolean same =
            Double.compare(a[i], b[i]) == 0
                || Math.abs(a[i] - b[i]) <= 1e-12 * Math.max(Math.abs(a[i]), Math.abs(b[i]));
        assertThat(same).as("%s, %s[%s]: %s became %s", what, name, i, a[i], b[i]).isTrue();
      }
    }
  }

  @Test
  void keepsNameSeedOutputsAndEffects() {
    Graph graph = new Graph("net", 7);
    var x = Input.of(graph, "x", TensorType.f32(2));
    var v = Variable.of(graph, "v", TensorType.f32(2));
    graph.output("y", Ops.exp(x));
    Assign.of(v, x);
    Ops.log(x);

    Graph compiled = PassPipeline.standard(node -> true, List.of(), true, false).run(graph);

    assertThat(compiled.name()).isEqualTo("net");
    assertThat(compiled.seed()).isEqualTo(7);
    assertThat(compiled.outputs()).containsOnlyKeys("y");
    assertThat(compiled.nodes())
        .extracting(node -> node.op().getClass().getSimpleName())
        .containsExactly("Input", "Unary", "Assign");
  }

  @Test
  void runsBackendPassesAfterDecomposingAndBeforeFusing() {
    Graph graph = new Graph("net", 0);
    var x = Input.of(graph, "x", TensorType.f32(2));
    graph.output("y", Ops.relu(Ops.exp(x)));
    StringBuilder seen = new StringBuilder();
    Pass spy =
        g -> {
          g.nodes().forEach(node -> seen.append(node.op()).append(' '));
          return g;
        };

    PassPipeline.standard(node -> true, List.of(spy), true, false).run(graph);

    assertThat(seen).hasToString("Input[inputName=x, type=F32[2]] Unary[function=EXP] Relu[] ");
  }

  @Test
  void namesThePassAfterWhichTheGraphIsBroken() {
    final class ForgetTheFirstAssignment implements Pass {
      @Override
      public Graph run(Graph graph) {
        Graph twice = new Graph("twice", 0);
        var v = Variable.of(twice, "v", TensorType.f32());
        Assign.of(v, Ops.exp(v));
        Assign.of(v, Ops.log(v));
        return twice;
      }
    }
    Pass pipeline = new PassPipeline(List.of(new ForgetTheFirstAssignment()), true);

    assertThatThrownBy(() -> pipeline.run(new Graph("g", 0)))
        .isInstanceOf(GraphException.class)
        .hasMessage("after pass ForgetTheFirstAssignment: v is assigned twice in one program");
  }
}
