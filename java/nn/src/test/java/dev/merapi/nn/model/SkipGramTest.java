package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SkipGramTest {
  private static Value integers(Build build, String name, int... dims) {
    return Input.of(build.net().graph(), name, new TensorType(DType.I32, Shape.of(dims)));
  }

  @Test
  void hasTwoVectorsForEachWord() {
    Build build = Build.training();
    SkipGram model = new SkipGram().vocabulary(7).dim(4).negatives(2);
    List<Value> inputs = List.of(integers(build, "word", 5), integers(build, "others", 5, 3));
    Value scores = model.build(build.net(), inputs).first();
    assertThat(Build.sizes(scores)).containsExactly(5, 3);
    assertThat(model.inputShapes()).containsExactly(Shape.of(), Shape.of(3));
    assertThat(build.variables())
        .containsExactly("embedding.weight F32[7, 4]", "context.weight F32[7, 4]");
    Map<String, HostTensor> run =
        build.run(
            scores,
            Map.of(
                "word", HostTensor.of(Shape.of(5), 0, 1, 2, 3, 6),
                "others", HostTensor.zeros(new TensorType(DType.I32, Shape.of(5, 3)))));
    assertThat(run.get("y").toDoubleArray()).as("no context is known yet").containsOnly(0);
    for (double x : run.get("embedding.weight").toDoubleArray()) {
      assertThat(x).isNotZero().isCloseTo(0, within(0.125));
    }
  }

  @Test
  void mistakesAreNamed() {
    Build build = Build.training();
    assertThatThrownBy(() -> new SkipGram().negatives(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> new SkipGram().build(build.net(), List.of(integers(build, "word", 5))))
        .hasMessageContaining("skipGram: expected words I32 [N] and candidates I32 [N, C]");
  }
}
