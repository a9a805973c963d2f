package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reshape and broadcast. */
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
    return cases;
  }
}
