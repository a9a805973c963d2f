package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Reshape, broadcast, transpose, slice, pad, concat and concat. */
public final class MovementCases {
  private MovementCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    int[][][] reshapes = {
      {{2, 3, 4}, {6, 4}}, {{24}, {2, 3, 4}}, {{1}, {}}, {{}, {1, 1}}, {{0, 3}, {5, 0}}
    };
    for (int[][] dims : reshapes) {
      Shape to = Shape.of(dims[1]);
      cases.add(
          OpCase.of(new Reshape(to))
              .input(Sampler.normal(), dims[0])
              .tolerance(Tolerance.EXACT)
              .twiceDifferentiable()
              .expect(Shape.of(dims[0]) + " to " + to, in -> NdArray.of(to, in.get(0).values())));
    }
    int[][][] broadcasts = {
      {{}, {13}},
      {{3}, {4, 3}},
      {{4, 1}, {4, 3}},
      {{2, 1, 3, 1}, {5, 2, 4, 3, 7}},
      {{1, 207}, {6, 207}},
      {{1}, {0}}
    };
    for (int[][] dims : broadcasts) {
      Shape to = Shape.of(dims[1]);
      cases.add(
          OpCase.of(new Broadcast(to))
              .input(Sampler.hard(), dims[0])
              .tolerance(Tolerance.EXACT)
              .forwardOnly()
              .expect(
                  "hard " + Shape.of(dims[0]) + " to " + to,
                  in -> NdArray.generate(to, i -> in.get(0).broadcastAt(i))));
      cases.add(
          OpCase.of(new Broadcast(to))
              .input(Sampler.normal(), dims[0])
              .tolerance(Tolerance.EXACT)
              .twiceDifferentiable()
              .expect(
                  Shape.of(dims[0]) + " to " + to,
                  in -> NdArray.generate(to, i -> in.get(0).broadcastAt(i))));
    }
    addTranspose(cases);
    addSlice(cases);
    addPad(cases);
    addConcat(cases);
    return cases;
  }

  private static void addTranspose(List<OpCase> cases) {
    int[][][] transposes = {
      {{3, 5}, {1, 0}},
      {{2, 3, 4}, {2, 0, 1}},
      {{2, 13, 3, 5}, {0, 2, 3, 1}},
      {{0, 3}, {1, 0}},
      {{207, 13}, {1, 0}}
    };
    for (int[][] dims : transposes) {
      List<Integer> order = IntStream.of(dims[1]).boxed().toList();
      cases.add(
          OpCase.of(new Transpose(order))
              .input(Sampler.normal(), dims[0])
              .tolerance(Tolerance.EXACT)
              .twiceDifferentiable()
              .expect(Shape.of(dims[0]) + " to axes " + order, in -> permuted(in.get(0), order)));
    }
  }

  /** Every input element is sent to its new place. */
  private static NdArray permuted(NdArray x, List<Integer> order) {
    int[] dims = order.stream().mapToInt(x.shape()::dim).toArray();
    double[] values = new double[x.values().length];
    NdArray.generate(
        x.shape(),
        i -> {
          int place = 0;
          for (int axis = 0; axis < dims.length; axis++) {
            place = place * dims[axis] + i[order.get(axis)];
          }
          values[place] = x.at(i);
          return 0;
        });
    return NdArray.of(Shape.of(dims), values);
  }

  private static void addSlice(List<OpCase> cases) {
    cases.add(slice("first rows", List.of(0, 0), List.of(2, 3), List.of(1, 1), 5, 3));
    cases.add(slice("inner part", List.of(1, 2), List.of(4, 9), List.of(1, 1), 5, 13));
    cases.add(slice("in steps", List.of(1, 0, 2), List.of(5, 7, 3), List.of(2, 3, 1), 5, 7, 3));
    cases.add(slice("step past the end", List.of(3), List.of(13), List.of(4), 13));
    cases.add(slice("of nothing", List.of(2, 1), List.of(2, 3), List.of(1, 1), 5, 3));
  }

  private static OpCase slice(
      String name, List<Integer> starts, List<Integer> ends, List<Integer> steps, int... dims) {
    return OpCase.of(new Slice(starts, ends, steps))
        .input(Sampler.normal(), dims)
        .tolerance(Tolerance.EXACT)
        .twiceDifferentiable()
        .expect(
            name,
            in -> {
              int[] size = new int[dims.length];
              for (int axis = 0; axis < dims.length; axis++) {
                for (int i = starts.get(axis); i < ends.get(axis); i += steps.get(axis)) {
                  size[axis]++;
                }
              }
              return NdArray.generate(
                  Shape.of(size),
                  i -> {
                    int[] from = i.clone();
                    for (int axis = 0; axis < from.length; axis++) {
                      from[axis] = starts.get(axis) + steps.get(axis) * i[axis];
                    }
                    return in.get(0).at(from);
                  });
            });
  }

  private static void addPad(List<OpCase> cases) {
    cases.add(pad("edges", List.of(1, 2), List.of(0, 3), List.of(0, 0), 0, 3, 5));
    cases.add(pad("gaps", List.of(0, 1, 0), List.of(2, 0, 0), List.of(1, 2, 0), 1.5, 3, 2, 4));
    cases.add(
        pad("minus infinity", List.of(2), List.of(1), List.of(0), Double.NEGATIVE_INFINITY, 13));
    cases.add(pad("of nothing", List.of(2, 0), List.of(1, 0), List.of(3, 0), 7, 0, 3));
  }

  private static OpCase pad(
      String name,
      List<Integer> before,
      List<Integer> after,
      List<Integer> interior,
      double value,
      int... dims) {
    OpCase.Builder builder =
        OpCase.of(new Pad(before, after, interior, value))
            .input(Sampler.normal(), dims)
            .tolerance(Tolerance.EXACT);
    if (Double.isInfinite(value)) {
      builder.forwardOnly(); // a sum with infinity has no finite difference
    }
    return builder.expect(name, in -> padded(in.get(0), before, after, interior, value));
  }

  /** For each output place: is it a whole number of gaps behind the first element? */
  private static NdArray padded(
      NdArray x, List<Integer> before, List<Integer> after, List<Integer> interior, double value) {
    int[] dims = x.shape().toArray();
    for (int axis = 0; axis < dims.length; axis++) {
      int gaps = Math.max(0, dims[axis] - 1);
      dims[axis] += before.get(axis) + gaps * interior.get(axis) + after.get(axis);
    }
    return NdArray.generate(
        Shape.of(dims),
        i -> {
          int[] from = new int[i.length];
          for (int axis = 0; axis < i.length; axis++) {
            int distance = i[axis] - before.get(axis);
            int step = interior.get(axis) + 1;
            from[axis] = distance % step == 0 ? distance / step : -1;
          }
          return x.atOr(value, from);
        });
  }

  private static void addConcat(List<OpCase> cases) {
    cases.add(
        OpCase.of(new Concat(1))
            .input(Sampler.normal(), 3, 2)
            .input(Sampler.normal(), 3, 13)
            .input(Sampler.normal(), 3, 1)
            .tolerance(Tolerance.EXACT)
            .twiceDifferentiable()
            .expect(
                "columns",
                in ->
                    NdArray.generate(
                        Shape.of(3, 16),
                        i ->
                            i[1] < 2
                                ? in.get(0).at(i)
                                : i[1] < 15
                                    ? in.get(1).at(i[0], i[1] - 2)
                                    : in.get(2).at(i[0], 0))));
    cases.add(
        OpCase.of(new Concat(0))
            .input(Sampler.hard(), 2, 69)
            .input(Sampler.hard(), 1, 69)
            .tolerance(Tolerance.EXACT)
            .forwardOnly()
            .expect(
                "hard rows",
                in ->
                    NdArray.generate(
                        Shape.of(3, 69), i -> i[0] < 2 ? in.get(0).at(i) : in.get(1).at(0, i[1]))));
    cases.add(
        OpCase.of(new Concat(0))
            .input(Sampler.normal(), 0, 3)
            .input(Sampler.normal(), 4, 3)
            .tolerance(Tolerance.EXACT)
            .expect("with an empty one", in -> in.get(1)));
  }
}
