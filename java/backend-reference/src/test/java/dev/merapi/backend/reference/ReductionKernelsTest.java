package dev.merapi.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReductionKernelsTest {
  private static final HostTensor X =
      HostTensor.of(Shape.of(2, 3, 2), 1f, -2f, 3f, 4f, -5f, 6f, 7f, 8f, 9f, -10f, 11f, 12f);

  private static HostTensor reduce(ReduceFunction function, HostTensor x, Integer... axes) {
    return Kernels.run(new Reduce(function, List.of(axes), false), x);
  }

  @Test
  void sumsOverAnyAxes() {
    assertThat(reduce(ReduceFunction.SUM, X, 0))
        .isEqualTo(HostTensor.of(Shape.of(3, 2), 8f, 6f, 12f, -6f, 6f, 18f));
    assertThat(reduce(ReduceFunction.SUM, X, 1))
        .isEqualTo(HostTensor.of(Shape.of(2, 2), -1f, 8f, 27f, 10f));
    assertThat(reduce(ReduceFunction.SUM, X, 2))
        .isEqualTo(HostTensor.of(Shape.of(2, 3), -1f, 7f, 1f, 15f, -1f, 23f));
    assertThat(reduce(ReduceFunction.SUM, X, 0, 2))
        .isEqualTo(HostTensor.of(Shape.of(3), 14f, 6f, 24f));
    assertThat(reduce(ReduceFunction.SUM, X, 0, 1, 2).item()).isEqualTo(44);
  }

  @Test
  void findsExtremes() {
    assertThat(reduce(ReduceFunction.MAX, X, 0, 1)).isEqualTo(HostTensor.of(Shape.of(2), 11f, 12f));
    assertThat(reduce(ReduceFunction.MIN, X, 1, 2))
        .isEqualTo(HostTensor.of(Shape.of(2), -5f, -10f));
    HostTensor kept = Kernels.run(new Reduce(ReduceFunction.MAX, List.of(1, 2), true), X);
    assertThat(kept).isEqualTo(HostTensor.of(Shape.of(2, 1, 1), 6f, 12f));
  }

  @Test
  void nanPropagates() {
    HostTensor x = HostTensor.of(Shape.of(2, 3), 1f, Float.NaN, 3f, 4f, 5f, 6f);
    for (ReduceFunction function : ReduceFunction.values()) {
      assertThat(reduce(function, x, 1).get(0)).isNaN();
      assertThat(reduce(function, x, 1).get(1)).isNotNaN();
      assertThat(reduce(function, x, 0).get(1)).isNaN();
    }
  }

  @Test
  void theSumOfNothingIsZero() {
    assertThat(reduce(ReduceFunction.SUM, HostTensor.zeros(TensorType.f32(2, 0)), 1))
        .isEqualTo(HostTensor.of(Shape.of(2), 0f, 0f));
  }

  @Test
  void sumsInDoublePrecision() {
    HostTensor x = HostTensor.of(Shape.of(4), 1e8f, 1f, 1f, -1e8f);
    assertThat(reduce(ReduceFunction.SUM, x, 0).item()).isEqualTo(2);
  }

  @Test
  void argMaxTakesTheFirstOfEquals() {
    HostTensor x = HostTensor.of(Shape.of(2, 3), 1f, 4f, 4f, 9f, 5f, 9f);
    assertThat(Kernels.run(new ArgMax(1), x)).isEqualTo(HostTensor.of(Shape.of(2), 1, 0));
    assertThat(Kernels.run(new ArgMax(0), x)).isEqualTo(HostTensor.of(Shape.of(3), 1, 1, 1));
  }
}
