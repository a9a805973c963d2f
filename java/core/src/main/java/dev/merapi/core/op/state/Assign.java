package dev.merapi.core.op.state;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Gives a variable the value that it will have after the program ran; at most one per program. */
public record Assign(String path, TensorType type) implements State {
  /** Assigns a value to the variable that {@code variable} reads. */
  public static void of(Value variable, Value value) {
    GraphException.check(
        variable.op() instanceof Variable, "assign: %s is no variable", variable.node());
    Variable target = (Variable) variable.op();
    variable.graph().applyAll(new Assign(target.path(), target.type()), List.of(value));
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    GraphException.check(inputs.equals(List.of(type)), "%s is %s, found %s", path, type, inputs);
    return List.of();
  }
}
