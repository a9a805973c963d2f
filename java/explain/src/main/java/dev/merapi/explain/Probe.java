package dev.merapi.explain;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.Weights;
import dev.merapi.train.ZeroStates;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A trained model on a device into which one looks: what its layers give for some samples, and the
 * gradients of its outputs.
 *
 * <p>The model runs as it predicts: dropout drops nothing, batch normalization has its running
 * statistics. Programs are compiled when they are first needed and kept. One thread at a time; the
 * caller closes this, then the backend.
 */
public final class Probe implements AutoCloseable {
  private record Key(String purpose, int batch) {}

  private record Compiled(Program program, Map<String, TensorType> outputs) {}

  private final TrainingConfig config;
  private final TensorType sample;
  private final StateStore store;
  private final Owned owned = new Owned();
  private final Map<Key, Compiled> programs = new HashMap<>();
  private final LayerGraph model;

  /**
   * Builds the model and loads its weights.
   *
   * @param config what was trained; its model, loss, batch and precision count
   * @param sample the type of one input, as of the data that the model was trained on: bytes become
   *     numbers from 0 to 1
   * @param weights as {@link dev.merapi.train.Trainer#weights} gives them, or a file
   * @throws dev.merapi.core.graph.GraphException when the model does not fit the sample
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public Probe(
      Backend backend, TrainingConfig config, TensorType sample, Map<String, HostTensor> weights) {
    this.config = config;
    this.sample = sample;
    this.model = LayerGraph.build(config, sample, 1);
    this.store = new StateStore(backend);
    owned.add(store::close);
    try {
      store.declare(VariableSpec.controlBlock());
      store.declare(
          model.net().variables().stream()
              .filter(variable -> !variable.group().equals(Net.STATES))
              .toList());
      Weights.among(model.net().variables(), store).load(weights, true);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  TrainingConfig config() {
    return config;
  }

  /** The model for one sample, to look at its structure. */
  LayerGraph model() {
    return model;
  }

  /** The type of one input. */
  public TensorType inputType() {
    return sample;
  }

  /** The type of one prediction. */
  public TensorType outputType() {
    TensorType batch = model.prediction().type();
    return batch.withShape(batch.shape().slice(1, batch.shape().rank()));
  }

  /**
   * The layers by path, in the order in which they were built: a layer within another one before
   * it. A layer that changes nothing, such as a dropout, and one that is only a row of others are
   * left out.
   */
  public List<String> layers() {
    return List.copyOf(model.layers().keySet());
  }

  /** The layer with this path. */
  public Net.Built layer(String path) {
    Net.Built built = model.layers().get(path);
    if (built == null) {
      throw new IllegalArgumentException("expected a layer of " + layers() + ", found " + path);
    }
    return built;
  }

  /** The parameters' names, in the model's order. */
  public List<String> parameters() {
    return VariableSpec.paths(model.net().variables(), Net.PARAMETERS);
  }

  /** A copy of a parameter or buffer. */
  public HostTensor weight(String path) {
    return store.get(path);
  }

  /** The model's outputs for inputs [N, ...]. */
  public HostTensor predict(HostTensor inputs) {
    return rows("predict", inputs, LayerGraph::prediction);
  }

  /** What a layer gives for inputs [N, ...], whose samples must be its first axis. */
  public HostTensor activations(String layer, HostTensor inputs) {
    layer(layer);
    return rows("layer " + layer, inputs, graph -> graph.layers().get(layer).output());
  }

  /**
   * What the model makes of inputs [N, ...] before it decides, as rows of numbers: the input of the
   * last layer that has weights. Where targets are classes and the loss scores none, as with a
   * triplet loss, the output is the embedding itself.
   *
   * @param classes whether the targets are classes
   */
  public HostTensor embeddings(HostTensor inputs, boolean classes) {
    boolean itself = classes && !config.loss().scoresClasses();
    Optional<String> last = itself ? Optional.empty() : lastWithWeights();
    HostTensor found =
        itself
            ? predict(inputs)
            : rows(
                "embeddings",
                inputs,
                g -> last.map(path -> g.layers().get(path).input()).orElse(g.input()));
    int samples = inputs.shape().dim(0);
    return found.reshape(Shape.of(samples, found.elements() / samples));
  }

  /** The last layer with weights that is given one row per sample: the model here has one. */
  private Optional<String> lastWithWeights() {
    return model.layers().keySet().stream()
        .filter(path -> layer(path).input().shape().dim(0) == 1)
        .filter(path -> parameters().stream().anyMatch(p -> p.startsWith(path + ".")))
        .reduce((first, second) -> second);
  }

  /** Computes a value with one row per sample, batch by batch. */
  HostTensor rows(String purpose, HostTensor inputs, Function<LayerGraph, Value> value) {
    int samples = inputs.shape().dim(0);
    HostTensor all = null;
    for (int from = 0; from < samples; from += config.batch()) {
      int size = Math.min(config.batch(), samples - from);
      Map<String, HostTensor> part = Map.of(LayerGraph.INPUTS, slice(inputs, from, size));
      HostTensor found = run(purpose, part, g -> Map.of("value", value.apply(g))).get("value");
      if (found.shape().rank() == 0 || found.shape().dim(0) != size) {
        throw new IllegalArgumentException(
            "expected a row for each of " + size + " samples, found " + found.type());
      }
      if (all == null) {
        all = HostTensor.zeros(found.type().withShape(found.shape().with(0, samples)));
      }
      int bytes = found.bytes().remaining() / size;
      all.bytes().position(from * bytes).put(found.bytes());
    }
    return all;
  }

  /** Samples of a tensor, from one on. */
  static HostTensor slice(HostTensor tensor, int from, int size) {
    HostTensor part = HostTensor.zeros(tensor.type().withShape(tensor.shape().with(0, size)));
    int bytes = size == 0 ? 0 : part.bytes().remaining() / size;
    part.bytes().put(0, tensor.bytes(), from * bytes, size * bytes);
    return part;
  }

  /**
   * Runs the model for one batch.
   *
   * @param purpose programs of one purpose and batch have the same outputs
   * @param inputs by name; all that the outputs need
   * @param outputs makes values in the model's graph, by name
   * @return new tensors
   */
  Map<String, HostTensor> run(
      String purpose,
      Map<String, HostTensor> inputs,
      Function<LayerGraph, Map<String, Value>> outputs) {
    HostTensor samples = inputs.get(LayerGraph.INPUTS);
    int batch = samples.shape().rank() == 0 ? 0 : samples.shape().dim(0);
    if (batch == 0 || !samples.type().equals(LayerGraph.batched(sample, batch))) {
      throw new IllegalArgumentException(
          "expected samples [N, ...] of " + sample + ", found " + samples.type());
    }
    Compiled compiled =
        programs.computeIfAbsent(new Key(purpose, batch), key -> compile(batch, outputs));
    Bindings bindings = new Bindings();
    inputs.forEach(bindings::input);
    Map<String, HostTensor> results = new LinkedHashMap<>();
    compiled.outputs().forEach((name, type) -> results.put(name, HostTensor.zeros(type)));
    results.forEach(bindings::output);
    compiled.program().run(bindings);
    return results;
  }

  private Compiled compile(int batch, Function<LayerGraph, Map<String, Value>> outputs) {
    LayerGraph built = LayerGraph.build(config, sample, batch);
    Map<String, TensorType> types = new LinkedHashMap<>();
    outputs
        .apply(built)
        .forEach(
            (name, value) -> {
              types.put(name, value.type());
              built.graph().output(name, value);
            });
    CompileOptions options = CompileOptions.DEFAULT.numerics(config.numerics());
    Graph graph = ZeroStates.of(built.net()).run(built.graph());
    Program program = Program.compile(graph, store, options);
    owned.add(program::close);
    return new Compiled(program, types);
  }

  @Override
  public void close() {
    owned.close();
  }
}
