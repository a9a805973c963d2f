package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Outputs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightedSumTest {
  private final Build build = Build.training();
  private final Value x = build.input(2);
  private final Value zeros = Ops.mul(x, 0);
  private final Value ones = Ops.add(zeros, 1);
  private final Outputs outputs = Outputs.of("main", x).and("aux", Ops.mul(x, 2));

  private static final WeightedSum SUM =
      new WeightedSum(
          new Term(new MeanSquaredError()).output("main"),
          new Term(new MeanAbsoluteError()).weight(0.3).output("aux").target(1));

  private double value(Value loss) {
    HostTensor numbers = HostTensor.of(Shape.of(2), 1f, 3f);
    return build.run(loss, Map.of("x", numbers)).get("y").item();
  }

  /** (1^2 + 3^2) / 2 = 5, and 0.3 (|2 - 1| + |6 - 1|) / 2 = 0.9. */
  @Test
  void addsWeightedLossesOfOutputsAgainstTargets() {
    assertThat(value(SUM.build(outputs, List.of(zeros, ones)))).isEqualTo(5.9f);
  }

  @Test
  void leavesOutWhatIsThereInTrainingOnly() {
    assertThat(value(SUM.build(Outputs.of("main", x), List.of(zeros, ones)))).isEqualTo(5);
  }

  /** Two losses of one prediction: 5 + 2 (1 + 3) / 2. */
  @Test
  void addsLossesOfOnePrediction() {
    WeightedSum both =
        new WeightedSum(
            new Term(new MeanSquaredError()), new Term(new MeanAbsoluteError()).weight(2));
    assertThat(value(both.build(x, zeros))).isEqualTo(9);
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThatThrownBy(() -> SUM.build(Outputs.of("other", x), List.of(zeros, ones)))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "weightedSum: expected a term of one of the outputs [other], found [main, aux]");
    assertThatThrownBy(() -> SUM.build(outputs, List.of(zeros)))
        .hasMessage("weightedSum: expected a target from 0 to 0, found 1");
    assertThatThrownBy(() -> new Term(new MeanSquaredError()).weight(-1))
        .hasMessage("weight must be at least 0 and finite, found -1.0");
    assertThatThrownBy(() -> new WeightedSum(List.of()))
        .hasMessage("terms: expected at least one, found none");
  }

  @Test
  void aSimpleLossRefusesSeveralOutputs() {
    assertThatThrownBy(() -> new MeanSquaredError().build(outputs, List.of(zeros)))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "expected one output and one target, or a weightedSum of losses, found outputs"
                + " [main, aux] and 1 targets");
  }
}
