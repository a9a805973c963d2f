package dev.merapi.core.pass;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.exp;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.neg;
import static dev.merapi.core.op.Ops.pow;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimplifyAlgebraTest extends PassTest {
  private final Value x = input("x", 2, 3);
  private final Value y = input("y", 2, 3);

  private String simplified(Value value) {
    return text(after(new SimplifyAlgebra(), value));
  }

  @Test
  void neutralElementsGo() {
    assertThat(simplified(add(x, 0))).isEqualTo("x");
    assertThat(simplified(add(constant(0), x))).isEqualTo("x");
    assertThat(simplified(sub(x, 0))).isEqualTo("x");
    assertThat(simplified(mul(x, 1))).isEqualTo("x");
    assertThat(simplified(mul(constant(1, 2, 3), x))).isEqualTo("x");
    assertThat(simplified(div(x, 1))).isEqualTo("x");
    assertThat(simplified(pow(x, 1))).isEqualTo("x");
  }

  @Test
  void negationsAreJoined() {
    assertThat(simplified(neg(neg(x)))).isEqualTo("x");
    assertThat(simplified(sub(constant(0), x))).isEqualTo("neg(x)");
    assertThat(simplified(mul(x, -1))).isEqualTo("neg(x)");
  }

  @Test
  void aChoiceThatIsNoneGoes() {
    assertThat(simplified(select(constant(1), x, y))).isEqualTo("x");
    assertThat(simplified(select(constant(0), x, y))).isEqualTo("y");
    assertThat(simplified(select(constant(Double.NaN), x, y))).isEqualTo("x");
    assertThat(simplified(select(y, x, x))).isEqualTo("x");
  }

  @Test
  void whatChangesNaNOrInfinityStays() {
    assertThat(simplified(mul(x, 0))).isEqualTo("mul(x, 0.0[])");
    assertThat(simplified(sub(x, x))).isEqualTo("sub(x, x)");
    assertThat(simplified(div(x, x))).isEqualTo("div(x, x)");
    assertThat(simplified(div(constant(0), x))).isEqualTo("div(0.0[], x)");
  }

  @Test
  void theShapeThatAConstantGaveStays() {
    Value row = input("row", 3);
    Value sum = after(new SimplifyAlgebra(), add(row, constant(0, 2, 3)));
    assertThat(text(sum)).isEqualTo("broadcast(row)");
    assertThat(sum.type()).isEqualTo(TensorType.f32(2, 3));

    Value chosen = after(new SimplifyAlgebra(), select(constant(1, 4, 2, 3), row, x));
    assertThat(text(chosen)).isEqualTo("broadcast(row)");
    assertThat(chosen.type()).isEqualTo(TensorType.f32(4, 2, 3));
  }

  @Test
  void movementsAreJoined() {
    assertThat(simplified(reshape(reshape(x, 6), 3, 2))).isEqualTo("reshape(x)");
    assertThat(simplified(reshape(reshape(x, 6), 2, 3))).isEqualTo("x");
    assertThat(simplified(graph.apply(new Reshape(Shape.of(2, 3)), x))).isEqualTo("x");
    assertThat(simplified(graph.apply(new Broadcast(Shape.of(2, 3)), x))).isEqualTo("x");
    Value twice = broadcast(broadcast(x, Shape.of(5, 2, 3)), Shape.of(4, 5, 2, 3));
    assertThat(simplified(twice)).isEqualTo("broadcast(x)");
  }

  @Test
  void transposesAreJoined() {
    Value z = input("z", 2, 3, 4);
    Value turned = Transpose.of(z, List.of(1, 2, 0));
    assertThat(simplified(Transpose.of(turned, List.of(2, 0, 1)))).isEqualTo("z");
    Value twice = after(new SimplifyAlgebra(), Transpose.of(turned, List.of(1, 2, 0)));
    assertThat(text(twice)).isEqualTo("transpose(z)");
    assertThat(twice.type()).isEqualTo(TensorType.f32(4, 2, 3));
    assertThat(simplified(graph.apply(new Transpose(List.of(0, 1, 2)), z))).isEqualTo("z");
  }

  @Test
  void aCastGoesWhereNothingWasLost() {
    assertThat(simplified(cast(cast(x, DType.F64), DType.F32))).isEqualTo("x");
    assertThat(simplified(cast(cast(x, DType.I32), DType.F32))).isEqualTo("cast(cast(x))");
    Value image = Input.of(graph, "image", new TensorType(DType.U8, Shape.of(2)));
    assertThat(simplified(cast(cast(image, DType.I32), DType.F32))).isEqualTo("cast(image)");
    Value label = Input.of(graph, "label", new TensorType(DType.I32, Shape.of(2)));
    assertThat(simplified(cast(cast(label, DType.F32), DType.F64))).isEqualTo("cast(cast(label))");
  }

  @Test
  void elementwiseOpsReadWhatWasBroadcast() {
    Value row = input("row", 3);
    assertThat(simplified(mul(broadcast(row, x.shape()), x))).isEqualTo("mul(row, x)");
    assertThat(simplified(exp(broadcast(row, x.shape())))).isEqualTo("exp(broadcast(row))");
    Value both = mul(broadcast(row, x.shape()), broadcast(input("column", 2, 1), x.shape()));
    assertThat(simplified(both)).isEqualTo("mul(row, column)");
    Value stays = mul(broadcast(row, x.shape()), broadcast(row, x.shape()));
    assertThat(after(new SimplifyAlgebra(), stays).type()).isEqualTo(x.type());
  }
}
