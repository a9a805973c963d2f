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
import java.util.stream.Stream;

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
  private final List<TensorType> samples;
  private final StateStore store;
  private final Owned owned = new Owned();
  private final Map<Key, Compiled> programs = new HashMap<>();
  private final BuiltModel model;

  /**
   * Builds the model and loads its weights.
   *
   * @param config what was trained; its model, loss, batch and precision count
   * @param samples the types of one sample's inputs, as of the data that the model was trained on:
   *     bytes become numbers from 0 to 1
   * @param weights as {@link dev.merapi.train.Trainer#weights} gives them, or a file
   * @throws dev.merapi.core.graph.GraphException when the model does not fit the sample
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public Probe(
      Backend backend,
      TrainingConfig config,
      List<TensorType> samples,
      Map<String, HostTensor> weights) {
    this.config = config;
    this.samples = List.copyOf(samples);
    this.model = BuiltModel.build(config, samples, 1);
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
  BuiltModel model() {
    return model;
  }

  /** The types of one sample's inputs. */
  public List<TensorType> inputTypes() {
    return samples;
  }

  /** Whether the predictions are scores of classes, as the loss of the first output has them. */
  public boolean scoresClasses() {
    return config.loss().terms().get(0).loss().scoresClasses();
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

  /** The model's first output for its inputs [N, ...]. */
  public HostTensor predict(HostTensor... inputs) {
    return rows("predict", inputs, BuiltModel::prediction);
  }

  /** What a layer gives for inputs [N, ...], whose samples must be its first axis. */
  public HostTensor activations(String layer, HostTensor... inputs) {
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
  public HostTensor embeddings(boolean classes, HostTensor... inputs) {
    boolean itself = classes && !scoresClasses();
    Optional<String> last = itself ? Optional.empty() : lastWithWeights();
    HostTensor found =
        itself
            ? predict(inputs)
            : rows(
                "embeddings",
                inputs,
                g -> last.map(path -> g.layers().get(path).input()).orElse(g.inputs().get(0)));
    int count = inputs[0].shape().dim(0);
    return found.reshape(Shape.of(count, found.elements() / count));
  }

  /** The last layer with weights that is given one row per sample: the model here has one. */
  private Optional<String> lastWithWeights() {
    return model.layers().keySet().stream()
        .filter(path -> layer(path).input().shape().dim(0) == 1)
        .filter(this::hasWeights)
        .reduce((first, second) -> second);
  }

  /** Whether a layer, or one within it, has parameters. */
  boolean hasWeights(String layer) {
    String prefix = layer(layer).path() + ".";
    return parameters().stream().anyMatch(path -> path.startsWith(prefix));
  }

  /** Computes a value with one row per sample, batch by batch. */
  private HostTensor rows(String purpose, HostTensor[] inputs, Function<BuiltModel, Value> value) {
    int count = inputs[0].shape().dim(0);
    HostTensor all = null;
    for (int from = 0; from < count; from += config.batch()) {
      int first = from;
      int size = Math.min(config.batch(), count - from);
      List<HostTensor> part = Stream.of(inputs).map(input -> slice(input, first, size)).toList();
      Map<String, HostTensor> named = BuiltModel.named(BuiltModel.INPUTS, part);
      HostTensor found =
          run(purpose, size, named, built -> Map.of("value", value.apply(built))).get("value");
      if (found.shape().rank() == 0 || found.shape().dim(0) != size) {
        throw new IllegalArgumentException(
            "expected a row for each of " + size + " samples, found " + found.type());
      }
      if (all == null) {
        all = HostTensor.zeros(found.type().withShape(found.shape().with(0, count)));
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
   * @param batch how many samples
   * @param inputs by name; all that the outputs need
   * @param outputs makes values in the model's graph, by name
   * @return new tensors
   */
  Map<String, HostTensor> run(
      String purpose,
      int batch,
      Map<String, HostTensor> inputs,
      Function<BuiltModel, Map<String, Value>> outputs) {
    for (int i = 0; i < samples.size(); i++) {
      HostTensor input = inputs.get(BuiltModel.name(BuiltModel.INPUTS, i));
      if (input == null || !input.type().equals(BuiltModel.batched(samples.get(i), batch))) {
        throw new IllegalArgumentException(
            "expected %d samples [N, ...] of %s, found %s"
                .formatted(batch, samples.get(i), input == null ? "none" : input.type()));
      }
    }
    Compiled compiled =
        programs.computeIfAbsent(new Key(purpose, batch), key -> compile(batch, outputs));
    Bindings bindings = new Bindings();
    // an output may depend on some of the inputs only
    for (String name : compiled.program().inputTypes().keySet()) {
      bindings.input(name, inputs.get(name));
    }
    Map<String, HostTensor> results = new LinkedHashMap<>();
    compiled.outputs().forEach((name, type) -> results.put(name, HostTensor.zeros(type)));
    results.forEach(bindings::output);
    compiled.program().run(bindings);
    return results;
  }

  private Compiled compile(int batch, Function<BuiltModel, Map<String, Value>> outputs) {
    BuiltModel built = BuiltModel.build(config, samples, batch);
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
