package dev.merapi.conformance;

import ai.onnxruntime.OrtException;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.layer.Gru;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.MultiHeadAttention;
import dev.merapi.nn.layer.PeepholeLstm;
import dev.merapi.nn.layer.Rnn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Recurrent layers and attention give what ONNX Runtime gives, on random weights and inputs. */
class OnnxRuntimeTest {
  private static final int STEPS = 5;
  private static final int BATCH = 3;
  private static final int FEATURES = 4;
  private static final int HIDDEN = 6;
  private static final double NEAR = 1e-5;
  private static final HostTensor LENGTHS = HostTensor.of(Shape.of(BATCH), 3, 5, 1);

  private static final Devices DEVICES = new Devices();

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  /**
   * A recurrent layer as ONNX has it.
   *
   * @param operator LSTM, GRU or RNN
   * @param states the names of its states
   * @param order which of our blocks of gates stands at each place of ONNX's
   * @param attributes beside the hidden size and the direction
   */
  private record Recurrent(
      Layer layer,
      String operator,
      List<String> states,
      List<Integer> order,
      int layers,
      int directions,
      Map<String, Object> attributes) {
    static Recurrent lstm(int layers, boolean both) {
      Layer layer = new Lstm(HIDDEN).layers(layers).bidirectional(both);
      // i f g o to i o f c
      return new Recurrent(
          layer, "LSTM", List.of("h", "c"), List.of(0, 3, 1, 2), layers, both ? 2 : 1, Map.of());
    }

    static Recurrent gru(int layers, boolean both) {
      Layer layer = new Gru(HIDDEN).layers(layers).bidirectional(both);
      // r z n to z r h, with the reset gate after the product
      Map<String, Object> attributes = Map.of("linear_before_reset", 1);
      return new Recurrent(
          layer, "GRU", List.of("h"), List.of(1, 0, 2), layers, both ? 2 : 1, attributes);
    }

    static Recurrent rnn(Mode mode, boolean both) {
      Layer layer = new Rnn(HIDDEN).activation(mode).bidirectional(both);
      String name = mode == Mode.TANH ? "Tanh" : "Relu";
      int directions = both ? 2 : 1;
      Map<String, Object> attributes =
          Map.of("activations", IntStream.range(0, directions).mapToObj(d -> name).toList());
      return new Recurrent(layer, "RNN", List.of("h"), List.of(0), 1, directions, attributes);
    }

    static Recurrent peephole() {
      return new Recurrent(
          new PeepholeLstm(HIDDEN), "LSTM", List.of("h", "c"), List.of(0, 3, 1, 2), 1, 1, Map.of());
    }

    int rows() {
      return layers * directions;
    }
  }

  @TestFactory
  Stream<DynamicTest> recurrentLayers() {
    List<Recurrent> cases =
        List.of(
            Recurrent.lstm(1, false),
            Recurrent.lstm(2, true),
            Recurrent.gru(1, false),
            Recurrent.gru(2, true),
            Recurrent.rnn(Mode.TANH, true),
            Recurrent.rnn(Mode.RELU, false),
            Recurrent.peephole());
    return cases.stream()
        .flatMap(
            c ->
                Stream.of(false, true)
                    .flatMap(
                        limited ->
                            everywhere(
                                c.layer + (limited ? " of lengths" : ""),
                                device -> check(device, c, limited))));
  }

  private interface Check {
    void run(String device) throws OrtException;
  }

  private static Stream<DynamicTest> everywhere(String name, Check check) {
    return Devices.found().stream()
        .map(
            device -> {
              Executable run = () -> check.run(device);
              return DynamicTest.dynamicTest(device + ": " + name, run);
            });
  }

  private static HostTensor normal(int seed, int... dims) {
    return Samples.normal(TensorType.f32(dims), seed);
  }

  private static void check(String device, Recurrent c, boolean limited) throws OrtException {
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    inputs.put("x", normal(1, STEPS, BATCH, FEATURES));
    for (String state : c.states) {
      inputs.put(state + "0", normal(2 + inputs.size(), c.rows(), BATCH, HIDDEN));
    }
    if (limited) {
      inputs.put("lengths", LENGTHS);
    }
    Map<String, HostTensor> variables = new LinkedHashMap<>();
    Map<String, HostTensor> found = run(device, c.layer, inputs, variables);
    LayerTest.requireNear(expected(c, inputs, variables), found, NEAR);
  }

  /** All outputs of a layer on random weights, which are added to the variables. */
  private static Map<String, HostTensor> run(
      String device,
      Layer layer,
      Map<String, HostTensor> inputs,
      Map<String, HostTensor> variables) {
    Graph graph = new Graph("net", 7);
    Net net = new Net(graph, DType.F32, false);
    List<Value> values = new ArrayList<>();
    inputs.forEach((name, tensor) -> values.add(Input.of(graph, name, tensor.type())));
    Outputs outputs = net.apply("it", layer, values);
    outputs.names().forEach(name -> graph.output(name, outputs.get(name)));
    List<VariableSpec> specs = new ArrayList<>(net.variables());
    specs.addAll(VariableSpec.controlBlock());
    try (Compiled compiled =
        new Compiled(graph, DEVICES.get(device), CompileOptions.DEFAULT, specs)) {
      for (VariableSpec spec : net.variables()) {
        HostTensor weight = Samples.normal(spec.type(), spec.path().hashCode());
        for (int i = 0; i < weight.elements(); i++) {
          weight.set(i, weight.get(i) / 2);
        }
        variables.put(spec.path(), weight);
        compiled.store().set(spec.path(), weight);
      }
      return compiled.run(inputs);
    }
  }

  /** The layers one after the other, each an operator; all last states one above the other. */
  private static Map<String, HostTensor> expected(
      Recurrent c, Map<String, HostTensor> inputs, Map<String, HostTensor> variables)
      throws OrtException {
    OnnxModel model = new OnnxModel();
    String sequence = model.input("x", inputs.get("x"));
    String lengths = inputs.containsKey("lengths") ? model.input("lengths", LENGTHS) : "";
    for (int layer = 0; layer < c.layers; layer++) {
      List<String> taken = new ArrayList<>(List.of(sequence));
      taken.addAll(weights(model, c, variables, layer));
      taken.add(lengths);
      for (String state : c.states) {
        HostTensor rows = rows(inputs.get(state + "0"), layer * c.directions, c.directions);
        taken.add(model.input(state + "0 " + layer, rows));
      }
      if (variables.containsKey("it.peephole")) {
        HostTensor peephole = blocks(variables.get("it.peephole"), List.of(0, 2, 1));
        taken.add(model.input("peephole", reshaped(peephole, 1, 3 * HIDDEN)));
      }
      List<String> given = new ArrayList<>(List.of("y" + layer));
      for (String state : c.states) {
        given.add(state + layer);
      }
      Map<String, Object> attributes = new LinkedHashMap<>(c.attributes);
      attributes.put("hidden_size", HIDDEN);
      attributes.put("direction", c.directions == 2 ? "bidirectional" : "forward");
      model.node(c.operator, taken, given, attributes);
      sequence = sideBySide(model, "y" + layer, c.directions);
    }
    model.node("Identity", "output", sequence);
    List<String> outputs = new ArrayList<>(List.of("output"));
    for (String state : c.states) {
      List<String> rows = OnnxModel.names(state, c.layers);
      model.node("Concat", rows, List.of(state), Map.of("axis", 0));
      outputs.add(state);
    }
    return model.run(outputs);
  }

  /** [T, directions, N, hidden] as [T, N, directions * hidden]. */
  private static String sideBySide(OnnxModel model, String y, int directions) {
    List<String> sides = OnnxModel.names(y + " side ", directions);
    model.node("Split", List.of(y), sides, Map.of("axis", 1));
    List<String> flat = OnnxModel.names(y + " flat ", directions);
    for (int d = 0; d < directions; d++) {
      Map<String, Object> axes = Map.of("axes", List.of(1));
      model.node("Squeeze", List.of(sides.get(d)), List.of(flat.get(d)), axes);
    }
    model.node("Concat", flat, List.of(y + " all"), Map.of("axis", 2));
    return y + " all";
  }

  /** The names of W, R and B, with the directions one above the other. */
  private static List<String> weights(
      OnnxModel model, Recurrent c, Map<String, HostTensor> variables, int layer) {
    int gates = c.order.size();
    List<List<HostTensor>> kinds = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int in = layer == 0 ? FEATURES : c.directions * HIDDEN;
    for (int d = 0; d < c.directions; d++) {
      String suffix = "_l" + layer + (d == 1 ? "_reverse" : "");
      Map<String, HostTensor> pieces = pieces(c, variables);
      kinds.get(0).add(blocks(pieces.get("weight_ih" + suffix), c.order));
      kinds.get(1).add(blocks(pieces.get("weight_hh" + suffix), c.order));
      kinds.get(2).add(blocks(pieces.get("bias_ih" + suffix), c.order));
      kinds.get(2).add(blocks(pieces.get("bias_hh" + suffix), c.order));
    }
    int rows = gates * HIDDEN;
    return List.of(
        model.input("W" + layer, joined(kinds.get(0), c.directions, rows, in)),
        model.input("R" + layer, joined(kinds.get(1), c.directions, rows, HIDDEN)),
        model.input("B" + layer, joined(kinds.get(2), c.directions, 2 * rows)));
  }

  private static Map<String, HostTensor> pieces(Recurrent c, Map<String, HostTensor> variables) {
    if (variables.containsKey("it.weight")) {
      return new PackedWeights(c.order.size(), FEATURES, HIDDEN, c.layers, c.directions)
          .unpack(variables.get("it.weight"));
    }
    return Map.of(
        "weight_ih_l0", variables.get("it.weight_ih"),
        "weight_hh_l0", variables.get("it.weight_hh"),
        "bias_ih_l0", variables.get("it.bias"),
        "bias_hh_l0", HostTensor.zeros(variables.get("it.bias").type()));
  }

  /** Blocks of rows in another order. */
  private static HostTensor blocks(HostTensor tensor, List<Integer> order) {
    HostTensor moved = HostTensor.zeros(tensor.type());
    int size = tensor.elements() / order.size();
    for (int i = 0; i < tensor.elements(); i++) {
      moved.set(i, tensor.get(order.get(i / size) * size + i % size));
    }
    return moved;
  }

  private static HostTensor joined(List<HostTensor> tensors, int... dims) {
    HostTensor all = HostTensor.zeros(TensorType.f32(dims));
    int at = 0;
    for (HostTensor tensor : tensors) {
      for (int i = 0; i < tensor.elements(); i++) {
        all.set(at++, tensor.get(i));
      }
    }
    return all;
  }

  private static HostTensor reshaped(HostTensor tensor, int... dims) {
    return joined(List.of(tensor), dims);
  }

  /** Some of the first axis's entries. */
  private static HostTensor rows(HostTensor tensor, int from, int count) {
    Shape shape = tensor.shape().with(0, count);
    HostTensor rows = HostTensor.zeros(tensor.type().withShape(shape));
    int size = shape.elements() / count;
    for (int i = 0; i < rows.elements(); i++) {
      rows.set(i, tensor.get((from + i / size) * size + i % size));
    }
    return rows;
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    return Stream.of(false, true)
        .flatMap(
            causal ->
                Stream.of(false, true)
                    .flatMap(
                        limited ->
                            everywhere(
                                "attention"
                                    + (causal ? ", causal" : "")
                                    + (limited ? ", of lengths" : ""),
                                device -> checkAttention(device, causal, limited))));
  }

  private static void checkAttention(String device, boolean causal, boolean limited)
      throws OrtException {
    int heads = 2;
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    inputs.put("x", normal(1, BATCH, STEPS, HIDDEN));
    if (limited) {
      inputs.put("lengths", LENGTHS);
    }
    Map<String, HostTensor> variables = new LinkedHashMap<>();
    Layer layer = new MultiHeadAttention(heads).causal(causal);
    Map<String, HostTensor> found = run(device, layer, inputs, variables);

    OnnxModel model = new OnnxModel();
    model.input("x", inputs.get("x"));
    model.input("mask", mask(causal, limited));
    model.input("scale", HostTensor.of(Shape.of(1), (float) (1 / Math.sqrt(HIDDEN / heads))));
    List<String> results = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      results.add(head(model, variables, head, HIDDEN / heads));
    }
    model.node("Concat", results, List.of("heads"), Map.of("axis", 2));
    transposed(model, "out", variables.get("it.out_proj.weight"));
    model.node("MatMul", "product", "heads", "out");
    model.input("bias", variables.get("it.out_proj.bias"));
    model.node("Add", "output", "product", "bias");
    LayerTest.requireNear(model.run(List.of("output")), found, NEAR);
  }

  /** 0 where a query may see a key, else a number that makes its weight 0. */
  private static HostTensor mask(boolean causal, boolean limited) {
    HostTensor mask = HostTensor.zeros(TensorType.f32(BATCH, STEPS, STEPS));
    for (int i = 0; i < mask.elements(); i++) {
      int key = i % STEPS;
      boolean later = causal && key > i / STEPS % STEPS;
      boolean behind = limited && key >= LENGTHS.get(i / STEPS / STEPS);
      mask.set(i, later || behind ? -1e9 : 0);
    }
    return mask;
  }

  private static String head(
      OnnxModel model, Map<String, HostTensor> variables, int head, int size) {
    HostTensor weight = variables.get("it.in_proj_weight");
    HostTensor bias = variables.get("it.in_proj_bias");
    List<String> projected = new ArrayList<>();
    for (String kind : List.of("q", "k", "v")) {
      int first = projected.size() * HIDDEN + head * size;
      String name = kind + head;
      transposed(model, name + " weight", rows(weight, first, size));
      model.node("MatMul", name + " product", "x", name + " weight");
      model.input(name + " bias", rows(bias, first, size));
      projected.add(model.node("Add", name, name + " product", name + " bias"));
    }
    String keys = "keys" + head;
    Map<String, Object> permutation = Map.of("perm", List.of(0, 2, 1));
    model.node("Transpose", List.of(projected.get(1)), List.of(keys), permutation);
    String score = model.node("MatMul", "score" + head, projected.get(0), keys);
    String scaled = model.node("Mul", "scaled" + head, score, "scale");
    String masked = model.node("Add", "masked" + head, scaled, "mask");
    String weights = "weights" + head;
    model.node("Softmax", List.of(masked), List.of(weights), Map.of("axis", 2));
    return model.node("MatMul", "head" + head, weights, projected.get(2));
  }

  private static void transposed(OnnxModel model, String name, HostTensor matrix) {
    int rows = matrix.shape().dim(0);
    int columns = matrix.shape().dim(1);
    HostTensor transposed = HostTensor.zeros(TensorType.f32(columns, rows));
    for (int i = 0; i < matrix.elements(); i++) {
      transposed.set(i % columns * rows + i / columns, matrix.get(i));
    }
    model.input(name, transposed);
  }
}
