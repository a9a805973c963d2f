package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins elementwise nodes of one iteration shape and element type into regions that run as one
 * kernel.
 *
 * <p>A value that is used outside its region becomes an output of the region. Constants go into the
 * expression; broadcasts and conversions from integers become plain reads. A node that found
 * nothing to join stays as it is.
 */
public final class FuseElementwise implements Pass {
  @Override
  public Graph run(Graph graph) {
    Graph live = new RemoveDeadNodes().run(graph);
    Graph target = new Graph(graph.name(), graph.seed());
    Map<Value, Value> copies = new HashMap<>();
    for (FusionRegions.Region region : new FusionRegions(live).grow()) {
      if (region.isFused()) {
        fuse(region, target, copies);
      } else {
        Node node = region.last();
        List<Value> inputs = node.inputs().stream().map(copies::get).toList();
        List<Value> outputs = target.at(node.path(), () -> target.applyAll(node.op(), inputs));
        node.outputs().forEach(value -> copies.put(value, outputs.get(value.index())));
      }
    }
    live.outputs().forEach((name, value) -> target.output(name, copies.get(value)));
    return new RemoveDeadNodes().run(target);
  }

  private static void fuse(FusionRegions.Region region, Graph target, Map<Value, Value> copies) {
    List<Value> reads = region.reads();
    Map<Value, ScalarExpr> exprs = new HashMap<>();
    for (Node node : region.members()) {
      List<ScalarExpr> arguments = new ArrayList<>();
      for (Value input : node.inputs()) {
        Value source = FusionRegions.source(input);
        ScalarExpr known = exprs.get(source);
        arguments.add(known != null ? known : read(source, reads));
      }
      exprs.put(node.output(0), ((Elementwise) node.op()).expr().substitute(arguments));
    }
    List<Value> outputs = region.outputs();
    TensorType type = region.last().output(0).type();
    Fused op =
        new Fused(
            outputs.stream().map(exprs::get).toList(), reads.size(), type.dtype(), type.shape());
    List<Value> inputs = reads.stream().map(copies::get).toList();
    List<Value> fused = target.at(region.last().path(), () -> target.applyAll(op, inputs));
    for (int i = 0; i < outputs.size(); i++) {
      copies.put(outputs.get(i), fused.get(i));
    }
  }

  private static ScalarExpr read(Value source, List<Value> reads) {
    Double splat = Constant.splat(source);
    return splat != null ? ScalarExpr.constant(splat) : ScalarExpr.arg(reads.indexOf(source));
  }
}
