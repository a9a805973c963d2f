package dev.merapi.nn;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Zeros;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One building of a model into a graph: hands out variables under the names of the layers that ask.
 *
 * <p>Names nest. Layer {@code conv} within {@code block1} of model {@code resnet} has path {@code
 * resnet/block1/conv} in errors and printed graphs, and its weight is the variable {@code
 * block1.conv.weight}. A name used again with an equal layer shares the variables, as the towers of
 * a siamese network do; with another layer it is an error.
 */
public final class Net {
  /** The group of the variables that are trained. */
  public static final String PARAMETERS = "parameters";

  /** The group of the variables that are kept but not trained, such as running means. */
  public static final String BUFFERS = "buffers";

  /** The group of the variables that pass from batch to batch and are no part of the weights. */
  public static final String STATES = "states";

  /**
   * A layer that was built.
   *
   * @param path its name within the model, such as {@code block1.conv}
   * @param layer what was built
   * @param input what it was applied to; of several values the first
   * @param output what it gave; of several values the first
   */
  public record Built(String path, Layer layer, Value input, Value output) {}

  private record Slot(VariableSpec spec, Initializer init, Value value) {}

  private final Graph graph;
  private final DType dtype;
  private final boolean training;
  private final Freeze freeze;
  private final Map<String, Layer> layers = new HashMap<>();
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Map<Value, Value> updates = new LinkedHashMap<>();
  private final List<Built> built = new ArrayList<>();
  private final List<Value> losses = new ArrayList<>();
  private String prefix = "";

  /**
   * A building that has no layers yet.
   *
   * @param dtype the element type of all variables
   * @param training whether dropout drops and batch normalisation uses the batch's statistics
   */
  public Net(Graph graph, DType dtype, boolean training) {
    this(graph, dtype, training, Freeze.NOTHING);
  }

  /** As above, with parts that are not trained. */
  public Net(Graph graph, DType dtype, boolean training, Freeze freeze) {
    GraphException.check(dtype.isFloating(), "a net needs a floating-point type, found %s", dtype);
    this.graph = graph;
    this.dtype = dtype;
    this.training = training;
    this.freeze = freeze;
  }

  public Graph graph() {
    return graph;
  }

  /** The element type of all variables. */
  public DType dtype() {
    return dtype;
  }

  /** Whether dropout drops and batch normalisation uses the batch's statistics. */
  public boolean training() {
    return training;
  }

  /** Whether the layer that is being built is not trained, though others may be. */
  public boolean frozen() {
    return !prefix.isEmpty() && freeze.covers(prefix.substring(0, prefix.length() - 1));
  }

  /**
   * Builds a layer under a name.
   *
   * @throws GraphException when another layer has the name already
   */
  public Value apply(String name, Layer layer, Value x) {
    Value output = within(name, layer, () -> layer.build(this, x));
    built.add(new Built(prefix + name, layer, x, output));
    return output;
  }

  /**
   * Builds a layer of several values under a name.
   *
   * @throws GraphException when another layer has the name already
   */
  public Outputs apply(String name, Layer layer, List<Value> inputs) {
    Outputs outputs = within(name, layer, () -> layer.build(this, inputs));
    built.add(new Built(prefix + name, layer, inputs.get(0), outputs.first()));
    return outputs;
  }

  private <T> T within(String name, Layer layer, Supplier<T> build) {
    GraphException.check(
        !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('.') < 0,
        "a layer's name is not empty and has no '/' or '.', found \"%s\"",
        name);
    Layer known = layers.putIfAbsent(prefix + name, layer);
    GraphException.check(
        known == null || known.equals(layer),
        "two layers are named %s: %s and %s",
        name,
        known,
        layer);
    String before = prefix;
    prefix = before + name + ".";
    try {
      return graph.within(name, build);
    } finally {
      prefix = before;
    }
  }

  /** A variable of the layer that is being built that is trained, unless it is frozen. */
  public Value parameter(String name, Shape shape, Initializer init) {
    return variable(prefix + name, shape, PARAMETERS, init);
  }

  /** A variable of the layer that is being built that {@link #update} changes, not an optimizer. */
  public Value buffer(String name, Shape shape, Initializer init) {
    return variable(prefix + name, shape, BUFFERS, init);
  }

  /**
   * A variable of the layer that is being built that {@link #update} carries from batch to batch,
   * such as a recurrent layer's last state. It is no part of the weights and begins with zeros.
   * Training and inference have one each, so that an evaluation does not disturb a training.
   */
  public Value state(String name, Shape shape) {
    String path = prefix + name;
    return variable(training ? path : "inference/" + path, shape, STATES, new Zeros());
  }

  private Value variable(String path, Shape shape, String group, Initializer init) {
    TensorType type = new TensorType(dtype, shape);
    Slot known = slots.get(path);
    if (known == null) {
      Philox.Key key = Philox.Key.of(graph.seed(), path, 0);
      VariableSpec spec = new VariableSpec(path, type, group, () -> init.create(type, key));
      slots.put(path, new Slot(spec, init, Variable.of(graph, path, type)));
      return slots.get(path).value;
    }
    VariableSpec spec = known.spec;
    GraphException.check(
        spec.type().equals(type), "%s is %s, but %s is needed here", path, spec.type(), type);
    GraphException.check(
        spec.group().equals(group) && known.init.equals(init),
        "%s is one of the %s with %s, but one of the %s with %s is needed here",
        path,
        spec.group(),
        known.init,
        group,
        init);
    return known.value;
  }

  /**
   * Says what a buffer or state will hold after the step; said again, the last value counts. A
   * frozen buffer stays as it is.
   */
  public void update(Value variable, Value newValue) {
    Slot updated =
        slots.values().stream().filter(slot -> slot.value == variable).findFirst().orElse(null);
    GraphException.check(updated != null, "update: %s is no variable of this net", variable.node());
    GraphException.check(
        variable.type().equals(newValue.type()),
        "update: the variable is %s, the new value %s",
        variable.type(),
        newValue.type());
    if (!updated.spec.group().equals(BUFFERS) || !freeze.covers(updated.spec.path())) {
      updates.put(variable, newValue);
    }
  }

  /**
   * What a buffer or state will hold after the updates so far; a layer that is used twice updates
   * this.
   */
  public Value latest(Value variable) {
    return updates.getOrDefault(variable, variable);
  }

  /**
   * Adds a number to the loss of a training, which evaluations leave out: what a layer wants to be
   * small beside the error of the predictions, such as the distance of two towers' weights.
   *
   * @param loss a scalar of the net's element type
   */
  public void addLoss(Value loss) {
    GraphException.check(
        loss.type().equals(TensorType.scalar(dtype)),
        "addLoss: expected %s, found %s",
        TensorType.scalar(dtype),
        loss.type());
    losses.add(loss);
  }

  /** What {@link #addLoss} was told. */
  public List<Value> losses() {
    return Collections.unmodifiableList(losses);
  }

  /** The parameters, frozen or not, in the order in which the layers asked for them. */
  public List<Value> parameters() {
    List<Value> parameters = new ArrayList<>();
    for (Slot slot : slots.values()) {
      if (slot.spec.group().equals(PARAMETERS)) {
        parameters.add(slot.value);
      }
    }
    return parameters;
  }

  /** The parameters that are not frozen, in the same order: those that an optimizer changes. */
  public List<Value> trainable() {
    return parameters().stream()
        .filter(value -> !freeze.covers(((Variable) value.op()).path()))
        .toList();
  }

  /** The new values of buffers and states; the trainer assigns them. */
  public Map<Value, Value> updates() {
    return Collections.unmodifiableMap(updates);
  }

  /**
   * The layers that {@link #apply} has built, those within a layer before it. One that was built
   * several times, as the towers of a siamese network are, is there several times.
   */
  public List<Built> built() {
    return Collections.unmodifiableList(built);
  }

  /** All variables, in the order in which the layers asked for them. */
  public List<VariableSpec> variables() {
    return slots.values().stream().map(Slot::spec).toList();
  }
}
