package dev.merapi.conformance;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A case as a graph: its op on inputs, and what the checks build upon that. */
final class CaseGraph {
  private final OpCase opCase;
  private final DType dtype;
  private final Graph graph = new Graph("case", 7);
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs;

  CaseGraph(OpCase opCase, DType dtype) {
    this.opCase = opCase;
    this.dtype = dtype;
    for (TensorType type : opCase.inputTypes(dtype)) {
      inputs.add(Input.of(graph, "x" + inputs.size(), type));
    }
    outputs = graph.applyAll(opCase.op(dtype), inputs);
  }

  /** The op alone, with outputs y0, y1, ... */
  static Graph forward(OpCase opCase, DType dtype) {
    CaseGraph made = new CaseGraph(opCase, dtype);
    for (Value output : made.outputs) {
      made.graph.output("y" + output.index(), output);
    }
    return made.graph;
  }

  /** The scalar whose derivatives are checked, with output "loss". */
  static Graph loss(OpCase opCase, DType dtype, int level) {
    CaseGraph made = new CaseGraph(opCase, dtype);
    made.graph.output("loss", made.scalar(level));
    return made.graph;
  }

  /** The derivatives of {@link #loss} by the floating-point inputs, with outputs d0, d1, ... */
  static Graph gradients(OpCase opCase, DType dtype, int level) {
    CaseGraph made = new CaseGraph(opCase, dtype);
    List<Value> gradients = made.derivatives(made.scalar(level));
    List<Value> by = made.differentiable();
    for (int i = 0; i < by.size(); i++) {
      made.graph.output("d" + made.inputs.indexOf(by.get(i)), gradients.get(i));
    }
    return made.graph;
  }

  /** The gradients where the case has them, else the op: the largest program that it gives. */
  static Graph largest(OpCase opCase, DType dtype) {
    return opCase.gradients() > 0 ? gradients(opCase, dtype, 1) : forward(opCase, dtype);
  }

  /** The op within tanh(op(x)) * 2 + x, so that there is something to fuse. */
  static Graph chain(OpCase opCase, DType dtype) {
    CaseGraph made = new CaseGraph(opCase, dtype);
    Value y = made.outputs.get(0);
    Value x = made.inputs.get(made.inputs.size() - 1);
    made.graph.output("y0", Ops.add(Ops.mul(Ops.tanh(y), 2), x));
    return made.graph;
  }

  /** Whether {@link #chain} can be built: everything has the element type that the case runs in. */
  static boolean hasChain(OpCase opCase, DType dtype) {
    CaseGraph made = new CaseGraph(opCase, dtype);
    return opCase.isElementwise()
        && opCase.kind() != Fused.class // made by the compiler, not seen by it
        && made.outputs.get(0).dtype() == dtype
        && made.inputs.stream().allMatch(input -> input.dtype() == dtype);
  }

  /**
   * Level 1: the outputs, weighted at random and summed; level 2: the derivatives of that, weighted
   * at random and summed.
   */
  private Value scalar(int level) {
    int carrying = outputs.size() - opCase.savedOutputs();
    List<Value> values = level == 1 ? outputs.subList(0, carrying) : derivatives(scalar(level - 1));
    Value total = Constant.scalar(graph, dtype, 0);
    for (int i = 0; i < values.size(); i++) {
      Value value = values.get(i);
      if (value.dtype() == dtype) {
        Value weight = Input.of(graph, "w" + level + "." + i, value.type());
        total = Ops.add(total, Ops.sum(Ops.mul(value, weight)));
      }
    }
    return total;
  }

  private List<Value> derivatives(Value scalar) {
    return Differentiator.gradients(scalar, differentiable());
  }

  private List<Value> differentiable() {
    return inputs.stream().filter(input -> input.dtype() == dtype).toList();
  }

  /** The inputs of any of these graphs: the case's own and random weights. */
  static Map<String, HostTensor> inputs(OpCase opCase, DType dtype, int draw, Graph graph) {
    List<HostTensor> samples = opCase.sample(dtype, draw);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    graph.nodes().stream()
        .filter(node -> node.op() instanceof Input)
        .map(node -> (Input) node.op())
        .forEach(
            input ->
                tensors.put(
                    input.inputName(),
                    input.inputName().startsWith("x")
                        ? samples.get(Integer.parseInt(input.inputName().substring(1)))
                        : Samples.normal(input.type(), input.inputName().hashCode() + draw)));
    return tensors;
  }
}
