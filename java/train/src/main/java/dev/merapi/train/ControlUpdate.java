package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.tensor.DType;

/** Builds what a program does to the control block. */
record ControlUpdate(Graph graph) {
  /**
   * Keeps the flag that says whether all was finite so far, and the first step that was not.
   *
   * @param numbers scalars that are to be finite
   * @return the new flag
   */
  Value requireFinite(Value... numbers) {
    Value finite = Control.FINITE.read(graph);
    Value stillFinite = finite;
    for (Value number : numbers) {
      stillFinite = Ops.mul(stillFinite, Ops.cast(Ops.isFinite(number), DType.F32));
    }
    Value firstBad = Control.FIRST_BAD_STEP.read(graph);
    Value newlyBad = Ops.cast(Ops.sub(finite, stillFinite), DType.I32);
    Assign.of(finite, stillFinite);
    Assign.of(firstBad, Ops.select(newlyBad, Control.STEP.read(graph), firstBad));
    return stillFinite;
  }

  /** Adds a batch's mean loss to the epoch's. */
  void addLoss(Value loss, int samples) {
    add(Control.LOSS_SUM, Ops.mul(Ops.cast(loss, DType.F64), samples));
  }

  /** Counts a batch's samples, of which each loss that was added is one. */
  void addSamples(int samples) {
    add(Control.SAMPLES, Constant.scalar(graph, DType.F64, samples));
  }

  /** Counts one up. */
  void count(Control counter) {
    Value count = counter.read(graph);
    Assign.of(count, Ops.add(count, 1));
  }

  void set(Control control, Value value) {
    Assign.of(control.read(graph), value);
  }

  private void add(Control control, Value addend) {
    Value sum = control.read(graph);
    Assign.of(sum, Ops.add(sum, addend));
  }

  /** Gives a variable a value if all was finite so far. */
  static void assignIf(Value finite, Value variable, Value value) {
    Assign.of(variable, Ops.select(Ops.cast(finite, value.dtype()), value, variable));
  }
}
