package dev.merapi.core.op.random;

import static dev.merapi.core.op.Ops.dropout;
import static dev.merapi.core.op.Ops.randomNormal;
import static dev.merapi.core.op.Ops.randomUniform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import org.junit.jupiter.api.Test;

class RandomTest {
  private final Graph graph = new Graph("net", 1);
  private final Value x = Input.of(graph, "x", TensorType.f32(2, 3));

  @Test
  void everyUseDrawsAnotherSequence() {
    assertThat(dropout(x, 0.5).op()).isNotEqualTo(dropout(x, 0.5).op());
    assertThat(randomUniform(graph, Shape.of(4), DType.F32))
        .isNotSameAs(randomUniform(graph, Shape.of(4), DType.F32));
    assertThat(randomNormal(graph, Shape.of(4), DType.F64).type())
        .isEqualTo(new TensorType(DType.F64, Shape.of(4)));
  }

  @Test
  void rateZeroDropsNothing() {
    assertThat(dropout(x, 0)).isSameAs(x);
  }

  @Test
  void thresholdIsAnUnsignedFractionOfAllWords() {
    Philox.Key key = new Philox.Key(1, 2);
    assertThat(new Dropout(0, key).threshold()).isZero();
    assertThat(new Dropout(0.25, key).threshold()).isEqualTo(0x40000000);
    assertThat(new Dropout(0.75, key).threshold()).isEqualTo(0xC0000000);
    assertThat(new Dropout(Math.nextDown(1.0), key).threshold()).isEqualTo(0xFFFFFFFF);
  }

  @Test
  void saysWhatItExpected() {
    assertThatThrownBy(() -> dropout(x, 1))
        .isInstanceOf(GraphException.class)
        .hasMessage("net: dropout: expected a rate in [0, 1), found 1.0");
    assertThatThrownBy(() -> randomUniform(graph, Shape.of(4), DType.I32))
        .hasMessage("net: randomUniform: expected a floating-point type, found I32");
    Dropout op = new Dropout(0.5, new Philox.Key(1, 2));
    assertThatThrownBy(() -> graph.apply(op, x, x, x))
        .hasMessage(
            "net: dropout: expected step and micro-step as I32[], found [F32[2, 3], F32[2, 3]]");
  }
}
