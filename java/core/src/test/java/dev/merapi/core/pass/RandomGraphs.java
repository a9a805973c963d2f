package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Seeded random graphs of elementwise ops, reductions, movements and variables, in F64. */
final class RandomGraphs {
  private static final List<Shape> SHAPES =
      List.of(Shape.SCALAR, Shape.of(3), Shape.of(2, 1), Shape.of(2, 3), Shape.of(1, 3));
  private static final double[] CONSTANTS = {0, 1, -1, 2, 0.5, Double.NaN, 1e308};
  private static final double[] AWKWARD = {0, 1, -1, Double.NaN, 1e200, Double.NEGATIVE_INFINITY};

  private final Random random;
  private final Graph graph;
  private final List<Value> values = new ArrayList<>();
  private final Map<String, double[]> given = new HashMap<>();

  /** A graph and what to run it on. */
  record Case(Graph graph, Map<String, double[]> given) {}

  private RandomGraphs(long seed) {
    this.random = new Random(seed);
    this.graph = new Graph("random", seed);
  }

  static Case of(long seed) {
    return new RandomGraphs(seed).build();
  }

  private Case build() {
    for (int i = 0; i < SHAPES.size(); i++) {
      TensorType type = new TensorType(DType.F64, SHAPES.get(i));
      values.add(Input.of(graph, give("x" + i, type), type));
      values.add(Variable.of(graph, give("v" + i, type), type));
    }
    List<Value> variables = values.stream().filter(v -> v.op() instanceof Variable).toList();
    int nodes = 5 + random.nextInt(40);
    for (int i = 0; i < nodes; i++) {
      values.add(graph.within("part" + i % 4, this::next));
    }
    for (int i = 0; i < 3; i++) {
      graph.output("out" + i, values.get(values.size() - 1 - random.nextInt(nodes)));
    }
    for (Value variable : variables) {
      Value update = Ops.broadcast(Ops.sum(pick()), variable.shape());
      Assign.of(variable, Ops.select(Ops.isFinite(values.get(0)), update, variable));
    }
    return new Case(graph, given);
  }

  private String give(String name, TensorType type) {
    double[] data = new double[type.shape().elements()];
    for (int i = 0; i < data.length; i++) {
      boolean awkward = random.nextInt(8) == 0;
      data[i] = awkward ? AWKWARD[random.nextInt(AWKWARD.length)] : random.nextGaussian();
    }
    given.put(name, data);
    return name;
  }

  private Value pick() {
    return values.get(Math.max(0, values.size() - 1 - random.nextInt(12)));
  }

  /** A recent value that goes together with this shape. */
  private Value pickFor(Shape shape) {
    Value y = pick();
    boolean fits = shape.broadcastsTo(y.shape()) || y.shape().broadcastsTo(shape);
    return fits ? y : values.get(0);
  }

  private Value next() {
    Value x = pick();
    return switch (random.nextInt(12)) {
      case 0, 1 -> Unary.of(anyOf(UnaryFunction.values()), x);
      case 2 -> Ops.sum(x);
      case 3 -> Ops.broadcast(x, Shape.broadcast(x.shape(), Shape.of(2, 3)));
      case 4 -> {
        Value y = pickFor(x.shape());
        yield Ops.select(x, y, pickFor(Shape.broadcast(x.shape(), y.shape())));
      }
      case 5 -> Ops.gelu(Ops.relu(x));
      case 6 -> Ops.reshape(Ops.elu(Ops.reshape(x, x.shape().elements()), 1), x.shape().toArray());
      case 7, 8 -> {
        Shape shape = random.nextBoolean() ? Shape.SCALAR : x.shape();
        double value = CONSTANTS[random.nextInt(CONSTANTS.length)];
        Value constant = Constant.of(graph, new TensorType(DType.F64, shape), value);
        BinaryFunction function = anyOf(BinaryFunction.values());
        yield random.nextBoolean()
            ? Binary.of(function, x, constant)
            : Binary.of(function, constant, x);
      }
      default -> Binary.of(anyOf(BinaryFunction.values()), x, pickFor(x.shape()));
    };
  }

  private <T> T anyOf(T[] all) {
    return all[random.nextInt(all.length)];
  }
}
