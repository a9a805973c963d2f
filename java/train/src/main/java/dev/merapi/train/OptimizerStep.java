package dev.merapi.train;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.optimizer.Objective;
import dev.merapi.train.optimizer.Parameter;
import dev.merapi.train.schedule.Horizon;
import dev.merapi.train.schedule.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A training step in the optimizer's hands: parameters with their gradients, and slots. */
final class OptimizerStep implements Objective {
  private final Value loss;
  private final Value stepsTaken;
  private final Value learningRate;
  private final Horizon horizon;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, Value> slots = new LinkedHashMap<>();
  private final List<VariableSpec> variables = new ArrayList<>();
  private final Map<Value, Value> updates = new LinkedHashMap<>();

  /**
   * Without parameters yet.
   *
   * @param loss null where only its gradients are known
   * @param stepsTaken before this one, a scalar in F64
   * @param learningRate a scalar of the loss's dtype
   */
  OptimizerStep(Value loss, Value stepsTaken, Value learningRate, Horizon horizon) {
    this.loss = loss;
    this.stepsTaken = stepsTaken;
    this.learningRate = learningRate;
    this.horizon = horizon;
  }

  /** A parameter with its gradient and its learning rate. */
  void add(Value value, Value grad, Value rate) {
    Value number = Ops.cast(Ops.add(stepsTaken, 1), value.dtype());
    parameters.add(new Trained(value, grad, rate, number));
  }

  /** All slots. */
  List<VariableSpec> variables() {
    return variables;
  }

  /** The new values of slots. */
  Map<Value, Value> updates() {
    return updates;
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public Value loss() {
    GraphException.check(
        loss != null,
        "an optimizer that looks at the loss takes no sums of gradients (accumulate)");
    return loss;
  }

  @Override
  public Value learningRate() {
    return learningRate;
  }

  @Override
  public Value slot(String name, TensorType type, double initial) {
    return variable("optimizer/" + name, name, type, initial);
  }

  @Override
  public void set(Value slot, Value newValue) {
    updates.put(slot, newValue);
  }

  private Value variable(String path, String name, TensorType type, double initial) {
    return slots.computeIfAbsent(
        path,
        absent -> {
          variables.add(VariableSpec.filled(path, type, "slots/" + name, initial));
          return Variable.of(stepsTaken.graph(), path, type);
        });
  }

  /** One parameter. */
  private final class Trained implements Parameter {
    private final Value value;
    private final Value grad;
    private final Value rate;
    private final Value number;

    Trained(Value value, Value grad, Value rate, Value number) {
      this.value = value;
      this.grad = grad;
      this.rate = rate;
      this.number = number;
    }

    @Override
    public Value value() {
      return value;
    }

    @Override
    public Value grad() {
      return grad;
    }

    @Override
    public Value learningRate() {
      return rate;
    }

    @Override
    public Value step() {
      return number;
    }

    @Override
    public Value factor(Schedule schedule) {
      Value factor = Formula.of(schedule.factor(horizon), stepsTaken);
      return Ops.cast(factor, value.dtype());
    }

    @Override
    public Value slot(String name, Shape shape, double initial) {
      String path = ((Variable) value.op()).path() + "/" + name;
      return variable(path, name, value.type().withShape(shape), initial);
    }

    @Override
    public void set(Value slot, Value newValue) {
      updates.put(slot, newValue);
    }
  }
}
