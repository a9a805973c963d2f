package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.train.decode.NextTokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A trained {@link SequenceModel} on a device, as two programs: one reads a batch of sources, one
 * goes on by one token. What the sources gave and the states stay on the device between them, in
 * {@code width} rows for each source.
 */
final class SequencePrograms implements NextTokens, AutoCloseable {
  private static final String GROUP = "decode";
  private static final String PARENTS = "parents";
  private static final String TOKENS = "tokens";
  private static final String LOG_PROBABILITIES = "logProbabilities";

  private final Owned owned = new Owned();
  private final List<HostTensor> sources = new ArrayList<>();
  private final HostTensor parents;
  private final HostTensor tokens;
  private final HostTensor logProbabilities;
  private final Bindings encodeBindings = new Bindings();
  private final Bindings stepBindings = new Bindings();
  private final Program encode;
  private final Program step;

  /**
   * Compiles.
   *
   * @param sources the types of one sample's sources
   * @param batch how many samples are read at once
   * @param width rows for each sample
   * @throws GraphException when the model writes no sequences, or its parts do not fit together
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  SequencePrograms(
      Backend backend,
      TrainingConfig config,
      List<TensorType> sources,
      int batch,
      int width,
      Map<String, HostTensor> weights) {
    if (!(config.model() instanceof SequenceModel model)) {
      throw new GraphException(config.name() + " writes no sequences: expected a sequence model");
    }
    int rows = batch * width;
    Batches batches = Batches.of(sources, batch);
    Net reader = net(config);
    SequenceModel.Encoded encoded = encode(config, model, batches, reader);
    List<VariableSpec> memory = specs("memory", encoded.memory(), rows);
    List<VariableSpec> states = specs("state", encoded.states(), rows);
    keep(memory, encoded.memory(), width);
    keep(states, encoded.states(), width);
    Net writer = net(config);
    TensorType row = new TensorType(DType.I32, Shape.of(rows));
    Value logProbabilityRows = step(config, model, writer, row, memory, states);
    parents = HostTensor.zeros(row);
    tokens = HostTensor.zeros(row);
    logProbabilities = HostTensor.zeros(logProbabilityRows.type());
    writer.graph().output(LOG_PROBABILITIES, logProbabilityRows);
    for (int i = 0; i < sources.size(); i++) {
      this.sources.add(HostTensor.zeros(batches.inputs().get(i)));
      encodeBindings.input(Batches.name(Batches.INPUTS, i), this.sources.get(i));
    }
    stepBindings.input(PARENTS, parents).input(TOKENS, tokens);
    stepBindings.output(LOG_PROBABILITIES, logProbabilities);
    StateStore store = new StateStore(backend);
    owned.add(store::close);
    try {
      List<VariableSpec> variables = union(reader.variables(), writer.variables());
      store.declare(VariableSpec.controlBlock());
      store.declare(variables);
      store.declare(memory);
      store.declare(states);
      Weights.among(variables, store).load(weights, true);
      CompileOptions options = CompileOptions.DEFAULT.numerics(config.numerics());
      encode = Program.compile(reader.graph(), store, options);
      owned.add(encode::close);
      step = Program.compile(writer.graph(), store, options);
      owned.add(step::close);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private static Net net(TrainingConfig config) {
    return new Net(new Graph(config.name(), config.seed()), config.dtype(), false);
  }

  private static SequenceModel.Encoded encode(
      TrainingConfig config, SequenceModel model, Batches batches, Net net) {
    Graph graph = net.graph();
    List<Value> inputs = batches.readInputs(graph, config.dtype());
    SequenceModel.Encoded encoded = graph.at(graph.path(), () -> model.encode(net, inputs));
    for (List<Value> values : List.of(encoded.memory(), encoded.states())) {
      for (Value value : values) {
        GraphException.check(
            value.shape().rank() > 0 && value.shape().dim(0) == batches.size(),
            "%s: expected memory and states [%d, ...] of %d samples, found %s",
            config.name(),
            batches.size(),
            batches.size(),
            value.type());
      }
    }
    return encoded;
  }

  private static List<VariableSpec> specs(String name, List<Value> values, int rows) {
    return IntStream.range(0, values.size())
        .mapToObj(
            i -> {
              TensorType type = values.get(i).type();
              TensorType kept = type.withShape(type.shape().with(0, rows));
              return VariableSpec.filled(GROUP + "/" + name + i, kept, GROUP, 0);
            })
        .toList();
  }

  private static Value read(Graph graph, VariableSpec spec) {
    return Variable.of(graph, spec.path(), spec.type());
  }

  /** Assigns values with each sample's entry written several times. */
  private static void keep(List<VariableSpec> specs, List<Value> values, int width) {
    for (int i = 0; i < specs.size(); i++) {
      Value value = values.get(i);
      Shape shape = value.shape();
      Shape entry = shape.slice(1, shape.rank());
      Value one = Ops.reshape(value, Shape.of(shape.dim(0), 1).concat(entry).toArray());
      Value several = Ops.broadcast(one, Shape.of(shape.dim(0), width).concat(entry));
      Value rows = Ops.reshape(several, specs.get(i).type().shape().toArray());
      Assign.of(read(value.graph(), specs.get(i)), rows);
    }
  }

  private static Value step(
      TrainingConfig config,
      SequenceModel model,
      Net net,
      TensorType row,
      List<VariableSpec> memory,
      List<VariableSpec> states) {
    Graph graph = net.graph();
    Value parents = Input.of(graph, PARENTS, row);
    Value tokens = Input.of(graph, TOKENS, row);
    List<Value> remembered = memory.stream().map(spec -> read(graph, spec)).toList();
    List<Value> kept = states.stream().map(spec -> read(graph, spec)).toList();
    List<Value> before = kept.stream().map(state -> Ops.gather(state, parents)).toList();
    Outputs outputs = graph.at(graph.path(), () -> model.step(net, tokens, remembered, before));
    List<TensorType> expected = new ArrayList<>();
    expected.add(new TensorType(net.dtype(), row.shape().concat(Shape.of(model.vocabulary()))));
    kept.forEach(state -> expected.add(state.type()));
    List<TensorType> found = outputs.values().stream().map(Value::type).toList();
    GraphException.check(
        found.equals(expected),
        "%s: expected logits and new states %s, found %s",
        config.name(),
        expected,
        found);
    for (int i = 0; i < kept.size(); i++) {
      Assign.of(kept.get(i), outputs.values().get(1 + i));
    }
    return Ops.logSoftmax(outputs.first(), 1);
  }

  private static List<VariableSpec> union(List<VariableSpec> some, List<VariableSpec> others) {
    Map<String, VariableSpec> all = new LinkedHashMap<>();
    some.forEach(spec -> all.put(spec.path(), spec));
    others.forEach(spec -> all.putIfAbsent(spec.path(), spec));
    return List.copyOf(all.values());
  }

  /** What a batch of sources is written to before {@link #encode()}. */
  List<HostTensor> sources() {
    return sources;
  }

  /** Reads the sources. */
  void encode() {
    encode.run(encodeBindings);
  }

  @Override
  public HostTensor next(int[] from, int[] read) {
    for (int i = 0; i < from.length; i++) {
      parents.set(i, from[i]);
      tokens.set(i, read[i]);
    }
    step.run(stepBindings);
    return logProbabilities;
  }

  @Override
  public void close() {
    owned.close();
  }
}
