package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Region;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The same elementwise expressions for each of many tensors: an optimizer's update of all
 * parameters, which PyTorch calls "foreach" or "multi-tensor".
 *
 * <p>Inputs: the shared scalars, then for each tensor its own inputs, all of its shape. Outputs:
 * for each tensor one per expression. In the expressions, the shared arguments come first.
 *
 * @param exprs one expression for each of a tensor's outputs
 * @param shared the number of scalars that all tensors share
 * @param own the number of inputs of each tensor
 * @param dtype the element type of everything
 * @param shapes of the tensors
 */
public record ForEach(List<ScalarExpr> exprs, int shared, int own, DType dtype, List<Shape> shapes)
    implements Region {

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    int expected = shared + own * shapes.size();
    GraphException.check(
        inputs.size() == expected, "takes %d inputs, found %d", expected, inputs.size());
    for (int i = 0; i < expected; i++) {
      Shape shape = i < shared ? Shape.SCALAR : shapes.get(tensorOf(i));
      TensorType type = new TensorType(dtype, shape);
      GraphException.check(
          inputs.get(i).equals(type), "input %d is %s, expected %s", i, inputs.get(i), type);
    }
    return shapes.stream()
        .map(shape -> new TensorType(dtype, shape))
        .flatMap(type -> Collections.nCopies(exprs.size(), type).stream())
        .toList();
  }

  /** The tensor that an input belongs to, which is none of the shared ones. */
  private int tensorOf(int input) {
    return (input - shared) / own;
  }

  /** Tensors run side by side, so that an output may only overwrite what is its own tensor's. */
  @Override
  public boolean mayAlias(int output, int input) {
    return input >= shared && tensorOf(input) == output / exprs.size();
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    List<Value> outputs = new ArrayList<>();
    for (int tensor = 0; tensor < shapes.size(); tensor++) {
      Fused op = new Fused(exprs, shared + own, dtype, shapes.get(tensor));
      List<Value> arguments = new ArrayList<>(inputs.subList(0, shared));
      int first = shared + tensor * own;
      arguments.addAll(inputs.subList(first, first + own));
      outputs.addAll(inputs.get(0).graph().applyAll(op, arguments));
    }
    return Optional.of(outputs);
  }
}
