package dev.merapi.core.plan;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final TensorType TYPE = TensorType.f32(4);
  private final Graph graph = new Graph("test", 1);
  private final Value x = Input.of(graph, "x", TYPE);
  private final Value w = Variable.of(graph, "w", TYPE);

  private static int indexOf(Schedule schedule, Value value) {
    return schedule.steps().stream()
        .filter(step -> step.node() == value.node())
        .findFirst()
        .orElseThrow()
        .index();
  }

  private static List<String> names(Schedule schedule) {
    return schedule.steps().stream().map(step -> step.node().op().name()).toList();
  }

  @Test
  void anElementwiseUpdateIsWrittenIntoTheVariable() {
    Value updated = add(w, x);
    Assign.of(w, updated);
    Schedule schedule = Schedule.of(graph);
    assertThat(names(schedule)).containsExactly("add");
    assertThat(schedule.steps().get(0).inPlace()).isEqualTo(Map.of(0, "w"));
  }

  @Test
  void anUpdateOfManyTensorsOverwritesEachWithItsOwn() {
    Value v = Variable.of(graph, "v", TYPE);
    List<Shape> shapes = List.of(TYPE.shape(), TYPE.shape());
    ForEach op = new ForEach(List.of(ScalarExpr.arg(0)), 0, 1, TYPE.dtype(), shapes);
    List<Value> updated = graph.applyAll(op, List.of(v, w));
    Assign.of(v, updated.get(0));
    Assign.of(w, updated.get(1));
    Schedule straight = Schedule.of(graph);
    assertThat(names(straight)).containsExactly("forEach");
    assertThat(straight.steps().get(0).inPlace()).isEqualTo(Map.of(0, "v", 1, "w"));
  }

  @Test
  void anUpdateOfManyTensorsDoesNotOverwriteWhatAnotherOfThemReads() {
    Value v = Variable.of(graph, "v", TYPE);
    List<Shape> shapes = List.of(TYPE.shape(), TYPE.shape());
    ForEach op = new ForEach(List.of(ScalarExpr.arg(0)), 0, 1, TYPE.dtype(), shapes);
    List<Value> updated = graph.applyAll(op, List.of(v, w));
    Assign.of(v, updated.get(1));
    Assign.of(w, updated.get(0));
    Schedule crossed = Schedule.of(graph);
    assertThat(names(crossed)).containsExactly("forEach", "assign", "assign");
  }

  @Test
  void readersComeBeforeTheWriter() {
    Value updated = add(w, x);
    Assign.of(w, updated);
    // Built after the update, but it must see the old value; also through a view.
    Value late = mul(w, x);
    Value viewed = sum(reshape(w, 2, 2));
    graph.output("late", late);
    graph.output("viewed", viewed);
    Schedule schedule = Schedule.of(graph);
    assertThat(indexOf(schedule, late)).isLessThan(indexOf(schedule, updated));
    assertThat(indexOf(schedule, viewed)).isLessThan(indexOf(schedule, updated));
  }

  @Test
  void anUpdateThatAReaderNeedsIsCopied() {
    Value updated = add(w, x);
    Assign.of(w, updated);
    // Reads the old value and the new one, so the new one cannot overwrite the old one yet.
    Value both = mul(w, updated);
    graph.output("both", both);
    Schedule schedule = Schedule.of(graph);
    assertThat(names(schedule)).containsExactly("add", "mul", "assign");
    assertThat(schedule.steps().get(0).inPlace()).isEmpty();
  }

  @Test
  void aNodeThatReadsOtherElementsIsCopied() {
    Value square = reshape(w, 2, 2);
    Assign.of(w, reshape(transpose(square, 1, 0), 4));
    assertThat(names(Schedule.of(graph))).containsExactly("transpose", "assign");
  }

  @Test
  void oneValueCanBeAssignedToTwoVariables() {
    Value v = Variable.of(graph, "v", TYPE);
    Value updated = add(w, x);
    Assign.of(w, updated);
    Assign.of(v, updated);
    Schedule schedule = Schedule.of(graph);
    assertThat(names(schedule)).containsExactly("add", "assign");
    assertThat(schedule.steps().get(0).inPlace()).isEqualTo(Map.of(0, "w"));
  }
}
