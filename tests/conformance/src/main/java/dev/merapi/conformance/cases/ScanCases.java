package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Recurrences whose sums and products are known. */
public final class ScanCases {
  private ScanCases() {}

  public static List<OpCase> all() {
    return List.of(
        sums(1, false),
        sums(13, false),
        sums(7, true),
        polynomial(),
        decay(),
        fibonacci(),
        counter(),
        prefixSums(),
        matrixPowers());
  }

  /** The op that a body gives for inputs of these shapes, the captured ones last. */
  private static Op op(DType dtype, Function<List<Value>, Scan.Carried> build, Shape... shapes) {
    Graph graph = new Graph("", 0);
    List<Value> inputs = new ArrayList<>();
    for (Shape shape : shapes) {
      inputs.add(Input.of(graph, "x" + inputs.size(), new TensorType(dtype, shape)));
    }
    Scan.Carried carried = build.apply(inputs);
    List<Value> outputs = carried.states().isEmpty() ? carried.results() : carried.states();
    return outputs.get(0).op();
  }

  private static Scan.Carried carried(Value state, Value... results) {
    return new Scan.Carried(List.of(state), List.of(results));
  }

  /** The sums so far, from either end. */
  private static OpCase sums(int steps, boolean reverse) {
    Scan.Body body =
        (states, elements) -> {
          Value sum = Ops.add(states.get(0), elements.get(0));
          return carried(sum, sum);
        };
    Shape state = Shape.of(3);
    Shape sequence = Shape.of(steps, 3);
    return OpCase.of(
            dtype ->
                op(
                    dtype,
                    in ->
                        reverse
                            ? Scan.reversed(in.subList(0, 1), in.subList(1, 2), body)
                            : Ops.scan(in.subList(0, 1), in.subList(1, 2), body),
                    state,
                    sequence))
        .input(Sampler.normal(), 3)
        .input(Sampler.normal(), steps, 3)
        .tolerance(Tolerance.sumOf(steps))
        .twiceDifferentiable()
        .expectAll(
            "sums of " + steps + (reverse ? " from the end" : ""),
            in -> {
              NdArray sums =
                  NdArray.generate(
                      sequence,
                      at -> {
                        double sum = in.get(0).at(at[1]);
                        for (int t = 0; t < steps; t++) {
                          boolean counts = reverse ? t >= at[0] : t <= at[0];
                          sum += counts ? in.get(1).at(t, at[1]) : 0;
                        }
                        return sum;
                      });
              int last = reverse ? 0 : steps - 1;
              return List.of(NdArray.generate(state, at -> sums.at(last, at[0])), sums);
            });
  }

  /** Horner's scheme: the coefficients from the highest, and x, which stays. */
  private static OpCase polynomial() {
    Shape shape = Shape.of(4);
    return OpCase.of(
            dtype ->
                op(
                    dtype,
                    in ->
                        Ops.scan(
                            in.subList(0, 1),
                            in.subList(1, 2),
                            (s, c) -> carried(Ops.add(Ops.mul(s.get(0), in.get(2)), c.get(0)))),
                    shape,
                    Shape.of(5),
                    shape))
        .input(Sampler.normal(), 4)
        .input(Sampler.normal(), 5)
        .input(Sampler.uniform(-1.2, 1.2), 4)
        .tolerance(Tolerance.sumOf(20))
        .twiceDifferentiable()
        .expect(
            "polynomials",
            in ->
                NdArray.generate(
                    shape,
                    at -> {
                      double x = in.get(2).at(at);
                      double sum = in.get(0).at(at) * Math.pow(x, 5);
                      for (int k = 0; k < 5; k++) {
                        sum += in.get(1).at(k) * Math.pow(x, 4 - k);
                      }
                      return sum;
                    }));
  }

  /** Two sequences of different shapes; the results are no states. */
  private static OpCase decay() {
    int steps = 6;
    Shape state = Shape.of(2, 3);
    Shape sequence = Shape.of(steps, 2, 3);
    return OpCase.of(
            dtype ->
                op(
                    dtype,
                    in ->
                        Ops.scan(
                            in.subList(0, 1),
                            in.subList(1, 3),
                            (s, x) ->
                                carried(
                                    Ops.mul(s.get(0), x.get(0)),
                                    Ops.mul(s.get(0), x.get(1)),
                                    Ops.square(x.get(0)))),
                    state,
                    Shape.of(steps),
                    sequence))
        .input(Sampler.normal(), 2, 3)
        .input(Sampler.uniform(0.5, 1.5), steps)
        .input(Sampler.normal(), steps, 2, 3)
        .tolerance(Tolerance.sumOf(steps))
        .expectAll(
            "decay",
            in ->
                List.of(
                    NdArray.generate(state, at -> in.get(0).at(at) * product(in.get(1), steps)),
                    NdArray.generate(
                        sequence,
                        at ->
                            in.get(0).at(at[1], at[2])
                                * product(in.get(1), at[0])
                                * in.get(2).at(at)),
                    NdArray.generate(Shape.of(steps), at -> in.get(1).at(at) * in.get(1).at(at))));
  }

  private static double product(NdArray x, int count) {
    double product = 1;
    for (int i = 0; i < count; i++) {
      product *= x.at(i);
    }
    return product;
  }

  /** No sequence, two states: from a, b to 55 a + 89 b and 89 a + 144 b. */
  private static OpCase fibonacci() {
    Scan.Body body =
        (s, none) -> new Scan.Carried(List.of(s.get(1), Ops.add(s.get(0), s.get(1))), List.of());
    Shape shape = Shape.of(2);
    return OpCase.of(dtype -> op(dtype, in -> Scan.times(11, in, body), shape, shape))
        .input(Sampler.normal(), 2)
        .input(Sampler.normal(), 2)
        .tolerance(Tolerance.sumOf(150))
        .expectAll(
            "eleven additions",
            in ->
                List.of(
                    NdArray.generate(shape, at -> 55 * in.get(0).at(at) + 89 * in.get(1).at(at)),
                    NdArray.generate(shape, at -> 89 * in.get(0).at(at) + 144 * in.get(1).at(at))));
  }

  /** A state of integers: the sum of t x[t], and how many there were. */
  private static OpCase counter() {
    int steps = 5;
    Function<List<Value>, Scan.Carried> build =
        in ->
            Ops.scan(
                in.subList(0, 2),
                in.subList(2, 3),
                (s, x) -> {
                  Value weight = Ops.cast(s.get(0), x.get(0).dtype());
                  Value sum = Ops.add(s.get(1), Ops.mul(weight, x.get(0)));
                  return new Scan.Carried(List.of(Ops.add(s.get(0), 1), sum), List.of());
                });
    return OpCase.of(
            dtype -> {
              Graph graph = new Graph("", 0);
              Value count = Input.of(graph, "n", TensorType.scalar(DType.I32));
              Value sum = Input.of(graph, "s", new TensorType(dtype, Shape.of(3)));
              Value x = Input.of(graph, "x", new TensorType(dtype, Shape.of(steps, 3)));
              return build.apply(List.of(count, sum, x)).states().get(0).op();
            })
        .input(Sampler.integers(0, 9), DType.I32)
        .input(Sampler.normal(), 3)
        .input(Sampler.normal(), steps, 3)
        .outputTypes(DType.I32, DType.F32)
        .tolerance(Tolerance.sumOf(10 * steps))
        .expectAll(
            "a counter",
            in -> {
              double begin = in.get(0).at();
              return List.of(
                  NdArray.generate(Shape.SCALAR, at -> begin + steps),
                  NdArray.generate(
                      Shape.of(3),
                      at -> {
                        double sum = in.get(1).at(at);
                        for (int t = 0; t < steps; t++) {
                          sum += (begin + t) * in.get(2).at(t, at[0]);
                        }
                        return sum;
                      }));
            });
  }

  /** A scan within a scan: the sums of all that is not behind, along both axes. */
  private static OpCase prefixSums() {
    Scan.Body add =
        (s, x) -> {
          Value sum = Ops.add(s.get(0), x.get(0));
          return carried(sum, sum);
        };
    Shape shape = Shape.of(4, 3);
    return OpCase.of(
            dtype ->
                op(
                    dtype,
                    in ->
                        Ops.scan(
                            in.subList(0, 1),
                            in.subList(1, 2),
                            (s, row) -> {
                              Value along = Ops.scan(in.subList(2, 3), row, add).results().get(0);
                              Value sum = Ops.add(s.get(0), along);
                              return carried(sum, sum);
                            }),
                    Shape.of(3),
                    shape,
                    Shape.SCALAR))
        .input(Sampler.normal(), 3)
        .input(Sampler.normal(), 4, 3)
        .input(Sampler.normal())
        .tolerance(Tolerance.sumOf(16))
        .expectAll(
            "a scan within",
            in -> {
              NdArray sums =
                  NdArray.generate(
                      shape,
                      at -> {
                        double sum = in.get(0).at(at[1]) + (at[0] + 1) * in.get(2).at();
                        for (int i = 0; i <= at[0]; i++) {
                          for (int j = 0; j <= at[1]; j++) {
                            sum += in.get(1).at(i, j);
                          }
                        }
                        return sum;
                      });
              return List.of(NdArray.generate(Shape.of(3), at -> sums.at(3, at[0])), sums);
            });
  }

  /** A turn by an angle, a hundred times: a turn by a hundred angles. */
  private static OpCase matrixPowers() {
    int steps = 100;
    double angle = 0.3;
    double[] turn = {Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)};
    return OpCase.of(
            dtype ->
                op(
                    dtype,
                    in ->
                        Scan.times(
                            steps,
                            in.subList(0, 1),
                            (s, none) -> carried(Ops.matMul(s.get(0), in.get(1)))),
                    Shape.of(5, 2),
                    Shape.of(2, 2)))
        .input(Sampler.normal(), 5, 2)
        .input(Sampler.values(turn), 2, 2)
        .tolerance(Tolerance.sumOf(2 * steps))
        .expect(
            "a hundred turns",
            in ->
                NdArray.generate(
                    Shape.of(5, 2),
                    at -> {
                      double x = in.get(0).at(at[0], 0);
                      double y = in.get(0).at(at[0], 1);
                      double all = steps * angle;
                      return at[1] == 0
                          ? x * Math.cos(all) - y * Math.sin(all)
                          : x * Math.sin(all) + y * Math.cos(all);
                    }));
  }
}
