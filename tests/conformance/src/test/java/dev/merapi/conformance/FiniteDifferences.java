package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks derivatives in F64 along one random direction for each input, so that the cost does not
 * grow with the tensor. Two step sizes that disagree show a kink: the direction is drawn again, at
 * most five times.
 */
final class FiniteDifferences {
  private static final double STEP = 1e-4;
  private static final double AGREEMENT = 1e-5;
  private static final double TOLERANCE = 1e-6;
  private static final int REDRAWS = 5;

  private final OpCase opCase;
  private final Compiled loss;
  private final Compiled gradients;
  private final Graph lossGraph;
  private int redraws;

  private FiniteDifferences(OpCase opCase, int level, Graph lossGraph, Backend backend) {
    this.opCase = opCase;
    this.lossGraph = lossGraph;
    this.loss = new Compiled(lossGraph, backend, CompileOptions.DEFAULT);
    this.gradients =
        new Compiled(
            CaseGraph.gradients(opCase, DType.F64, level), backend, CompileOptions.DEFAULT);
  }

  /** Checks the first (level 1) or second derivatives (level 2) of a case. */
  static void check(OpCase opCase, int level, Backend backend) {
    Graph lossGraph = CaseGraph.loss(opCase, DType.F64, level);
    FiniteDifferences check = new FiniteDifferences(opCase, level, lossGraph, backend);
    try (check.loss;
        check.gradients) {
      check.gradients.program().graph().outputs().keySet().forEach(check::alongOneDirection);
    }
  }

  private void alongOneDirection(String derivative) {
    String input = "x" + derivative.substring(1);
    for (int draw = 0; ; draw++) {
      Map<String, HostTensor> inputs = CaseGraph.inputs(opCase, DType.F64, draw, lossGraph);
      HostTensor direction = Samples.normal(inputs.get(input).type(), 1000 + draw);
      double wide = slope(inputs, input, direction, STEP);
      double narrow = slope(inputs, input, direction, STEP / 2);
      if (Math.abs(wide - narrow) <= AGREEMENT * Math.max(1, Math.abs(wide))) {
        double numeric = (4 * narrow - wide) / 3; // Richardson: removes the error of order step^2
        double analytic = analytic(inputs, derivative, direction);
        assertThat(Math.abs(analytic - numeric))
            .as("%s along %s: gradient %s, differences %s", opCase, input, analytic, numeric)
            .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(numeric)));
        return;
      }
      assertThat(++redraws).as("redraws of %s for kinks", opCase).isLessThanOrEqualTo(REDRAWS);
    }
  }

  private double slope(
      Map<String, HostTensor> inputs, String input, HostTensor direction, double step) {
    return (lossAt(inputs, input, direction, step) - lossAt(inputs, input, direction, -step))
        / (2 * step);
  }

  private double lossAt(
      Map<String, HostTensor> inputs, String input, HostTensor direction, double step) {
    HostTensor moved = HostTensor.zeros(direction.type());
    for (int i = 0; i < moved.elements(); i++) {
      moved.set(i, inputs.get(input).get(i) + step * direction.get(i));
    }
    Map<String, HostTensor> at = new LinkedHashMap<>(inputs);
    at.put(input, moved);
    return loss.run(at).get("loss").item();
  }

  private double analytic(Map<String, HostTensor> inputs, String derivative, HostTensor direction) {
    HostTensor gradient = gradients.run(inputs).get(derivative);
    double sum = 0;
    for (int i = 0; i < direction.elements(); i++) {
      sum += gradient.get(i) * direction.get(i);
    }
    return sum;
  }
}
