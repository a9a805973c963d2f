package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.init.Identity;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private final Build build = Build.training();

  @Test
  void looksUpAVectorForEachIndex() {
    HostTensor words = HostTensor.of(Shape.of(2, 2), 2, 0, 1, 2);
    Value x = Input.of(build.net().graph(), "x", words.type());
    Value y = build.net().apply("it", new Embedding(3, 3).weightInit(new Identity()), x);

    assertThat(words.dtype()).isEqualTo(DType.I32);
    assertThat(Build.sizes(y)).containsExactly(2, 2, 3);
    assertThat(build.variables()).containsExactly("it.weight F32[3, 3]");
    assertThat(build.run(y, Map.of("x", words)).get("y").toFloatArray())
        .containsExactly(0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1);
  }

  @Test
  void beginsStandardNormal() {
    HostTensor words = HostTensor.of(Shape.of(1), 0);
    build
        .net()
        .apply("it", new Embedding(100, 100), Input.of(build.net().graph(), "x", words.type()));

    double square = 0;
    double[] values = build.variable("it.weight").initial().get().toDoubleArray();
    for (double value : values) {
      square += value * value / values.length;
    }
    assertThat(square).isBetween(0.95, 1.05);
  }

  /** Row i of the weight is 3 in its place and 0 elsewhere, and the vectors pick their own. */
  @Test
  void givesTheProductsOfVectorsWithTheSameWeight() {
    Embedding words = new Embedding(3, 2).weightInit(new Identity(3));
    HostTensor index = HostTensor.of(Shape.of(1), 1);
    HostTensor vectors = HostTensor.of(Shape.of(2, 1, 2), 1f, 2f, 3f, 4f);
    Value vector = build.net().apply("it", words, Input.of(build.net().graph(), "i", index.type()));
    Value states = Input.of(build.net().graph(), "x", vectors.type());
    Value logits = build.net().apply("it", words, states);
    Value y = Ops.add(logits, Ops.reshape(Ops.sum(vector), 1, 1, 1));

    assertThat(build.variables()).containsExactly("it.weight F32[3, 2]");
    assertThat(Build.sizes(logits)).containsExactly(2, 1, 3);
    assertThat(build.run(y, Map.of("x", vectors, "i", index)).get("y").toFloatArray())
        .containsExactly(6, 9, 3, 12, 15, 3);
  }

  @Test
  void wantsIndices() {
    assertThatThrownBy(() -> build.shape(new Embedding(3, 3), 2))
        .hasMessage(
            "net/it: embedding: expected indices of type I32, or vectors [..., 3], found F32[2]");
    assertThatThrownBy(() -> new Embedding(0, 3))
        .hasMessage("embedding: vocabulary and dim must be at least 1, found 0 and 3");
  }
}
