package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.init.Initializer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableConv2dTest {
  private static final List<List<Integer>> TABLE =
      List.of(List.of(0, 2), List.of(1), List.of(2, 0));

  /** 1, 2, 3, ... */
  private static final Initializer COUNTING =
      (type, key) -> {
        HostTensor tensor = HostTensor.zeros(type);
        for (int i = 0; i < tensor.elements(); i++) {
          tensor.set(i, i + 1);
        }
        return tensor;
      };

  /** Of channels 1, 10 and 100: connections 1 to 5 in the table's order. */
  @Test
  void anOutputSeesTheInputsOfItsRow() {
    Build build = Build.training();
    Layer conv = new TableConv2d(TABLE, 1).weightInit(COUNTING).biasInit(new Constant(0.5));
    HostTensor x = HostTensor.of(Shape.of(1, 3, 1, 1), 1f, 10f, 100f);

    float[] y =
        build
            .run(build.net().apply("conv", conv, build.input(1, 3, 1, 1)), Map.of("x", x))
            .get("y")
            .toFloatArray();

    assertThat(y).containsExactly(1 + 200 + 0.5f, 30 + 0.5f, 400 + 5 + 0.5f);
  }

  @Test
  void fansAreThoseOfTheMeanRow() {
    Build build = Build.training();
    build.shape(new TableConv2d(TABLE, 3), 2, 3, 5, 5);

    assertThat(build.variables())
        .containsExactly("it.weight F32[5, 3, 3]", "it.table F32[9, 5]", "it.bias F32[3]");
    double[] weight = build.variable("it.weight").initial().get().toDoubleArray();
    double bound = 1 / Math.sqrt(2 * 9);
    assertThat(Arrays.stream(weight).map(Math::abs).max().orElseThrow())
        .isBetween(0.9 * bound, bound);
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertThatThrownBy(() -> Build.training().shape(new TableConv2d(TABLE, 1), 2, 2, 4, 4))
        .hasMessage(
            "net/it: tableConv2d: expected input channels of 0 to 1,"
                + " found [[0, 2], [1], [2, 0]]");
    assertThatThrownBy(() -> new TableConv2d(List.of(List.of()), 1))
        .hasMessageContaining("table must have inputs");
    assertThatThrownBy(() -> new TableConv2d(TABLE, 0)).hasMessageContaining("kernel");
  }
}
