package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Each element type to each other one, as Java's casts do it; U8 saturates. */
public final class CastCases {
  private CastCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        if (from != to) {
          cases.add(cast(from, to));
        }
      }
    }
    return cases;
  }

  private static OpCase cast(DType from, DType to) {
    Sampler sampler =
        switch (from) {
          case F32, F64 ->
              to.isFloating()
                  ? Sampler.hard()
                  : Sampler.values(
                      0,
                      -0.0,
                      0.9,
                      -0.9,
                      1.5,
                      254.9,
                      255,
                      256,
                      -1,
                      1e10,
                      -1e10,
                      Double.NaN,
                      Double.POSITIVE_INFINITY,
                      Double.NEGATIVE_INFINITY,
                      77);
          case I32 -> Sampler.integers(-300, 300);
          case U8 -> Sampler.integers(0, 256);
        };
    OpCase.Builder builder =
        OpCase.of(new Cast(to))
            .dtypes(DType.F32)
            .input(sampler, from, 3, 69)
            .outputTypes(to)
            .tolerance(Tolerance.EXACT);
    return builder.forwardOnly().expect(from + " to " + to, in -> map(in.get(0), to));
  }

  private static NdArray map(NdArray x, DType to) {
    DoubleUnaryOperator f =
        switch (to) {
          case F32 -> v -> Double.valueOf(v).floatValue();
          case F64 -> v -> v;
          case I32 -> v -> Double.isNaN(v) ? 0 : truncate(v, Integer.MIN_VALUE, Integer.MAX_VALUE);
          case U8 -> v -> Double.isNaN(v) ? 0 : truncate(v, 0, 255);
        };
    return UnaryCases.map(x, f);
  }

  private static double truncate(double v, double low, double high) {
    double whole = v < 0 ? Math.ceil(v) : Math.floor(v);
    return whole < low ? low : whole > high ? high : whole;
  }
}
