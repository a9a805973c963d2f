package dev.merapi.train.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Calculator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientClipTest {
  private final Graph graph = new Graph("clip", 1);
  private final Value a = Input.of(graph, "a", TensorType.f32(2));
  private final Value b = Input.of(graph, "b", TensorType.f32(3));
  private final Value norm = Input.of(graph, "norm", TensorType.scalar(DType.F32));

  /** The gradients (3, -4) and (0, 12, 0) together have the norm 13. */
  private List<double[]> clip(GradientClip clip) {
    List<Value> clipped = clip.clip(List.of(a, b), norm);
    Calculator results =
        new Calculator(
            graph,
            Map.of(
                "a", new double[] {3, -4},
                "b", new double[] {0, 12, 0},
                "norm", new double[] {13}));
    return clipped.stream().map(results::get).toList();
  }

  @Test
  void aLargeNormIsScaledDown() {
    List<double[]> clipped = clip(new ClipByGlobalNorm(6.5));
    assertThat(clipped.get(0)).containsExactly(new double[] {1.5, -2}, within(1e-6));
    assertThat(clipped.get(1)).containsExactly(new double[] {0, 6, 0}, within(1e-6));
  }

  @Test
  void aSmallNormStays() {
    assertThat(clip(new ClipByGlobalNorm(20)).get(0)).containsExactly(3, -4);
  }

  @Test
  void elementsAreLimitedOneByOne() {
    List<double[]> clipped = clip(new ClipByValue(3.5));
    assertThat(clipped.get(0)).containsExactly(3, -3.5);
    assertThat(clipped.get(1)).containsExactly(0, 3.5, 0);
  }

  @Test
  void limitsMustBePositive() {
    assertThatThrownBy(() -> new ClipByValue(0)).hasMessageContaining("limit must be above 0");
    assertThatThrownBy(() -> new ClipByGlobalNorm(-1)).hasMessageContaining("maxNorm must be");
  }
}
