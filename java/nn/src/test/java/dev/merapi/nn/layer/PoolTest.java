package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolTest {
  @Test
  void theStrideIsTheKernelUnlessSet() {
    assertThat(new MaxPool2d(3).stride()).isEqualTo(3);
    assertThat(new AvgPool2d(3).stride()).isEqualTo(3);
    assertThat(Build.training().shape(new MaxPool2d(2), 2, 6, 28, 29))
        .containsExactly(2, 6, 14, 14);
    assertThat(Build.training().shape(new MaxPool2d(3).stride(2), 2, 6, 55, 55))
        .containsExactly(2, 6, 27, 27);
    assertThat(Build.training().shape(new AvgPool2d(3).stride(2).padding(1), 2, 6, 5, 7))
        .containsExactly(2, 6, 3, 4);
  }

  @Test
  void poolsTakeTheLargestAndTheMean() {
    assertThat(pooled(new MaxPool2d(2))).containsExactly(5, 8);
    assertThat(pooled(new AvgPool2d(2))).containsExactly(2.5f, 5);
  }

  private static float[] pooled(Layer pool) {
    Build build = Build.inference();
    HostTensor x = HostTensor.of(Shape.of(1, 1, 2, 4), 1f, 2f, 3f, 4f, 5f, 2f, 5f, 8f);
    return build
        .run(build.net().apply("pool", pool, build.input(1, 1, 2, 4)), Map.of("x", x))
        .get("y")
        .toFloatArray();
  }

  @Test
  void impossibleOptionsAreRefused() {
    assertThatThrownBy(() -> new MaxPool2d(0)).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> new AvgPool2d(3).padding(2)).hasMessageStartingWith("avgPool2d: ");
    assertThatThrownBy(() -> Build.training().shape(new MaxPool2d(2), 2, 6))
        .hasMessageStartingWith("net/it: maxPool2d: ");
  }
}
