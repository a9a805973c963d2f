package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Takes out of a program what is the same in each of its runs, such as folded weights: the program
 * reads variables instead, whose values {@link #computation} gives.
 *
 * <p>Programs that are hoisted by one pass share the variables of equal computations.
 */
public final class HoistFixed extends GraphRewriter {
  private final Map<String, String> pathsByFormula = new HashMap<>();
  private final Map<String, Value> hoisted = new LinkedHashMap<>();
  private FixedValues fixed;

  @Override
  public Graph run(Graph graph) {
    fixed = new FixedValues(graph);
    return super.run(graph);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    boolean inner = !node.outputs().isEmpty() && fixed.contains(node.output(0));
    List<Value> read = new ArrayList<>(inputs);
    for (int i = 0; i < read.size() && !inner; i++) {
      Value old = node.inputs().get(i);
      if (fixed.contains(old) && isComputed(old)) {
        read.set(i, Variable.of(target, path(old), old.type()));
      }
    }
    return target.applyAll(node.op(), read);
  }

  /** Views cost nothing. */
  private static boolean isComputed(Value value) {
    Value root = Movement.viewed(value);
    return !(root.op() instanceof Variable || root.op() instanceof Constant);
  }

  private String path(Value value) {
    return pathsByFormula.computeIfAbsent(
        formula(value),
        absent -> {
          String path = "hoisted/" + value.node().path() + "/" + hoisted.size();
          hoisted.put(path, value);
          return path;
        });
  }

  /** All that the value is made of; a variable's op bears its path. */
  private static String formula(Value value) {
    String inputs =
        value.node().inputs().stream().map(HoistFixed::formula).collect(Collectors.joining(", "));
    return value.op() + "." + value.index() + "(" + inputs + ")";
  }

  /**
   * The program that computes what was taken out so far: an output for each variable, by its path.
   */
  public Graph computation() {
    Graph computation = new Graph("hoisted", 0);
    Map<Value, Value> copies = new HashMap<>();
    hoisted.forEach((path, value) -> computation.output(path, copy(value, computation, copies)));
    return computation;
  }

  private static Value copy(Value value, Graph target, Map<Value, Value> copies) {
    if (!copies.containsKey(value)) {
      Node node = value.node();
      List<Value> inputs = node.inputs().stream().map(x -> copy(x, target, copies)).toList();
      List<Value> outputs = target.at(node.path(), () -> target.applyAll(node.op(), inputs));
      node.outputs().forEach(output -> copies.put(output, outputs.get(output.index())));
    }
    return copies.get(value);
  }
}
