package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TripletTest {
  @Test
  void embeddingsHaveLengthOne() {
    Build build = Build.inference();
    Triplet model = new Triplet().inputShape(Shape.of(3)).tower(new Dense(2));
    Value y = model.build(build.net(), build.input(4, 3));
    HostTensor x = HostTensor.of(Shape.of(4, 3), 1f, 2f, 3f, 0f, -1f, 2f, 5f, 5f, 5f, 9f, 0f, 0f);
    double[] found = build.run(y, Map.of("x", x)).get("y").toDoubleArray();
    for (int i = 0; i < 4; i++) {
      assertThat(Math.hypot(found[2 * i], found[2 * i + 1])).isCloseTo(1, within(1e-6));
    }
    assertThat(build.variables()).containsExactly("tower.weight F32[2, 3]", "tower.bias F32[2]");
  }

  /** 16 * 25 + 16, 32 * 16 * 25 + 32, 512 * 128 + 128, 128 * 32 + 32. */
  @Test
  void itsTowerIsThatOfLenet5() {
    Build build = Build.training();
    Value y = new Triplet().build(build.net(), build.input(2, 1, 28, 28));
    assertThat(Build.sizes(y)).containsExactly(2, 32);
    assertThat(build.net().parameters().stream().mapToInt(p -> p.shape().elements()).sum())
        .isEqualTo(416 + 12_832 + 65_664 + 4_128);
  }

  @Test
  void towersGiveRows() {
    Build build = Build.training();
    Triplet maps = new Triplet().tower(new Conv2d(2, 3));
    assertThatThrownBy(() -> maps.build(build.net(), build.input(2, 1, 28, 28)))
        .hasMessageContaining("embeddings [N, D], found [2, 2, 26, 26]");
  }
}
