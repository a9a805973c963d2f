package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class L2NormalizeTest {
  private static final HostTensor ROWS = HostTensor.of(Shape.of(3, 2), 3f, 4f, 0f, 0f, -.5f, 1.2f);

  /** {@code torch.nn.functional.normalize}: lengths 5, 0 and 1.3. */
  @Test
  void rowsGetLengthOne() {
    Build build = Build.inference();
    Value y = build.net().apply("it", new L2Normalize(), build.input(3, 2));
    assertThat(build.run(y, Map.of("x", ROWS)).get("y").toDoubleArray())
        .containsExactly(new double[] {.6, .8, 0, 0, -5 / 13.0, 12 / 13.0}, within(1e-6));
  }

  /** The first of (x, y) / r has the gradient (y^2, -x y) / r^3; r = 5, 1.3; none for zeros. */
  @Test
  void gradientsAreFiniteForZerosToo() {
    Build build = Build.inference();
    Value x = build.input(3, 2);
    Value y = build.net().apply("it", new L2Normalize(), x);
    Value first = Ops.slice(y, List.of(0, 0), List.of(3, 1));
    Value grad = Differentiator.gradients(Ops.sum(first), List.of(x)).get(0);
    double cube = 1.3 * 1.3 * 1.3;
    double[] found = build.run(grad, Map.of("x", ROWS)).get("y").toDoubleArray();
    assertThat(new double[] {found[0], found[1], found[4], found[5]})
        .containsExactly(
            new double[] {16 / 125.0, -12 / 125.0, 1.44 / cube, .6 / cube}, within(1e-6));
    assertThat(found[2]).isFinite();
    assertThat(found[3]).isZero();
  }

  @Test
  void needsRowsAndALength() {
    assertThatThrownBy(() -> Build.training().shape(new L2Normalize(), 3))
        .hasMessage("net/it: l2Normalize: expected [N, ..., features], found [3]");
    assertThatThrownBy(() -> new L2Normalize(0)).hasMessageContaining("epsilon must be above 0");
  }
}
