package dev.merapi.core.pass;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.relu;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldConstantsTest extends PassTest {
  private String folded(Value value) {
    return text(after(new FoldConstants(), value));
  }

  @Test
  void elementwiseOpsAreComputed() {
    assertThat(folded(relu(sub(constant(2, 2, 1), constant(5, 3))))).isEqualTo("0.0[2, 3]");
    assertThat(folded(mul(constant(0), constant(Double.NaN)))).isEqualTo("NaN[]");
    assertThat(folded(mul(input("x", 2), 3))).isEqualTo("mul(x, 3.0[])");
  }

  @Test
  void eachOpRoundsToItsType() {
    // 2^24 + 1 is not a float: adding 1 twice to 2^24 stays at 2^24 when each sum is rounded.
    Value big = constant(16_777_216);
    assertThat(folded(add(add(big, 1), 1))).isEqualTo("1.6777216E7[]");
    Value whole = constant(DType.I32, 7);
    assertThat(folded(div(whole, constant(DType.I32, 2)))).isEqualTo("3.0[]");
    assertThat(folded(cast(constant(300.7), DType.U8))).isEqualTo("255.0[]");
  }

  @Test
  void movementsKeepTheValue() {
    assertThat(folded(broadcast(reshape(constant(2, 4), 4, 1), Shape.of(4, 3))))
        .isEqualTo("2.0[4, 3]");
    assertThat(folded(Transpose.of(constant(2, 4, 1), List.of(1, 0)))).isEqualTo("2.0[1, 4]");
    assertThat(folded(Slice.of(constant(2, 4), List.of(1), List.of(3)))).isEqualTo("2.0[2]");
  }

  @Test
  void reductionsAreComputed() {
    assertThat(folded(sum(constant(0.5, 2, 3), 1))).isEqualTo("1.5[2]");
    assertThat(folded(reduceMax(constant(0.5, 2, 3)))).isEqualTo("0.5[]");
    assertThat(folded(sum(constant(Double.NaN, 2, 0), 1))).isEqualTo("0.0[2]");
  }
}
