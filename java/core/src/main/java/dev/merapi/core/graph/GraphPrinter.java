package dev.merapi.core.graph;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a graph for people: as text or in Graphviz's language. */
public final class GraphPrinter {
  private GraphPrinter() {}

  /** One line a node: {@code %5 = matMul(%1, %4) : F32[64, 10] MatMul[...] # lenet5/fc3}. */
  public static String text(Graph graph) {
    StringBuilder text = new StringBuilder();
    for (Node node : graph.nodes()) {
      text.append(join(node.outputs()))
          .append(node.outputs().isEmpty() ? "" : " = ")
          .append(node.op().name())
          .append('(')
          .append(join(node.inputs()))
          .append(") : ")
          .append(
              node.outputs().stream()
                  .map(value -> value.type().toString())
                  .collect(Collectors.joining(", ")))
          .append("  ")
          .append(node.op())
          .append(node.path().isEmpty() ? "" : "  # " + node.path())
          .append('\n');
    }
    for (Map.Entry<String, Value> output : graph.outputs().entrySet()) {
      text.append("output ").append(output.getKey()).append(" = ").append(output.getValue());
      text.append('\n');
    }
    return text.toString();
  }

  private static String join(List<Value> values) {
    return values.stream().map(Value::toString).collect(Collectors.joining(", "));
  }

  /** A digraph whose nodes are ops and whose edges carry the types; for {@code dot -Tsvg}. */
  public static String graphviz(Graph graph) {
    StringBuilder dot = new StringBuilder("digraph \"" + escape(graph.name()) + "\" {\n");
    dot.append("  node [shape=box];\n");
    for (Node node : graph.nodes()) {
      dot.append("  n" + node.id() + " [label=\"" + escape(node.op().name()));
      dot.append("\\n" + escape(node.path()) + "\"];\n");
      for (Value input : node.inputs()) {
        dot.append("  n" + input.node().id() + " -> n" + node.id());
        dot.append(" [label=\"" + input.type() + "\"];\n");
      }
    }
    graph
        .outputs()
        .forEach(
            (name, value) -> {
              dot.append("  \"out " + escape(name) + "\" [shape=ellipse];\n");
              dot.append("  n" + value.node().id() + " -> \"out " + escape(name) + "\";\n");
            });
    return dot.append("}\n").toString();
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
