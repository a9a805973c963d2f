package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes text with a character model that carries its state: each character is drawn with
 * probabilities softmax(logits / temperature), given all the characters before it, or only of those
 * that are likeliest.
 */
public final class TextSampler implements AutoCloseable {
  private final String vocabulary;
  private final Owned owned = new Owned();
  private final StateStore store;
  private final Program program;
  private final List<String> states;
  private final HostTensor character;
  private final HostTensor logits;
  private final Bindings bindings;
  private final double[] scores;
  private final double[] sorted;

  /**
   * Compiles one step of the model.
   *
   * @param config its model reads characters I32 [N, T] and gives logits [N, T, vocabulary]
   * @param vocabulary each character once: that at place i has number i
   * @param weights as {@link Trainer#weights} gives them
   * @throws GraphException when the model does not carry its state or gives other logits
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public TextSampler(
      Backend backend, TrainingConfig config, String vocabulary, Map<String, HostTensor> weights) {
    this.vocabulary = vocabulary;
    Graph graph = new Graph(config.name(), config.seed());
    Net net = new Net(graph, config.dtype(), false);
    character = HostTensor.zeros(new TensorType(DType.I32, Shape.of(1, 1)));
    Value input = Input.of(graph, Batches.INPUTS, character.type());
    Value prediction = graph.at(graph.path(), () -> config.model().build(net, input));
    GraphException.check(
        prediction.shape().equals(Shape.of(1, 1, vocabulary.length())),
        "expected logits [1, 1, %d] for one of %d characters, found %s",
        vocabulary.length(),
        vocabulary.length(),
        prediction.type());
    states = VariableSpec.paths(net.variables(), Net.STATES);
    GraphException.check(
        !states.isEmpty(), "the model does not carry its state from one character to the next");
    net.updates().forEach(Assign::of);
    graph.output("logits", prediction);
    logits = HostTensor.zeros(prediction.type());
    scores = new double[vocabulary.length()];
    sorted = new double[vocabulary.length()];
    bindings = new Bindings().input(Batches.INPUTS, character).output("logits", logits);
    store = new StateStore(backend);
    owned.add(store::close);
    try {
      store.declare(VariableSpec.controlBlock());
      store.declare(net.variables());
      Weights.among(net.variables(), store).load(weights, true);
      program = Program.compile(graph, store, CompileOptions.DEFAULT.numerics(config.numerics()));
      owned.add(program::close);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /** Writes some text with all characters; as {@link #sample(String, int, double, int, long)}. */
  public String sample(String prime, int length, double temperature, long seed) {
    return sample(prime, length, temperature, 0, seed);
  }

  /**
   * Writes some text.
   *
   * @param prime what is read first, at least one character; it is not part of the result
   * @param length characters to write
   * @param temperature above 0; below 1 the likely characters get likelier
   * @param topK how many characters are drawn from, the likeliest ones (of equally likely ones
   *     those with the smallest numbers); 0 for all (Fan, Lewis and Dauphin, "Hierarchical neural
   *     story generation", ACL 2018)
   * @param seed of the draws; equal ones give equal text
   * @throws IllegalArgumentException when a character is not in the vocabulary
   */
  public String sample(String prime, int length, double temperature, int topK, long seed) {
    if (prime.isEmpty() || length < 0 || !(temperature > 0) || topK < 0) {
      throw new IllegalArgumentException(
          String.format(
              "expected a character to begin with, a length of at least 0, a temperature above 0"
                  + " and topK of at least 0, found '%s', %d, %s and %d",
              prime, length, temperature, topK));
    }
    states.forEach(path -> store.set(path, HostTensor.zeros(store.type(path))));
    prime.chars().forEach(c -> read(number((char) c)));
    Philox.Key key = Philox.Key.of(seed, "sample", 0);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int next = draw(temperature, topK, Philox.uniform(Philox.bits(key, i, 0, 0)));
      text.append(vocabulary.charAt(next));
      read(next);
    }
    return text.toString();
  }

  private int number(char c) {
    int number = vocabulary.indexOf(c);
    if (number < 0) {
      throw new IllegalArgumentException("'" + c + "' is not in the vocabulary");
    }
    return number;
  }

  private void read(int number) {
    character.set(0, number);
    program.run(bindings);
  }

  /** The first character at which the sum of the probabilities exceeds a number of [0, 1). */
  private int draw(double temperature, int topK, double uniform) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] = logits.get(i) / temperature;
      sorted[i] = scores[i];
    }
    Arrays.sort(sorted);
    double max = sorted[sorted.length - 1];
    double sum = 0;
    int left = topK == 0 ? scores.length : Math.min(topK, scores.length);
    double least = sorted[sorted.length - left];
    // Those above the least one that counts come in any case; of its equals the first ones.
    for (int i = sorted.length - 1; i >= 0 && sorted[i] > least; i--) {
      left--;
    }
    for (int i = 0; i < scores.length; i++) {
      boolean drawn = scores[i] > least || (scores[i] == least && left-- > 0);
      scores[i] = drawn ? Math.exp(scores[i] - max) : 0;
      sum += scores[i];
    }
    double passed = 0;
    for (int i = 0; i < scores.length; i++) {
      passed += scores[i];
      if (uniform * sum < passed) {
        return i;
      }
    }
    throw new IllegalStateException("the model's logits are not finite");
  }

  @Override
  public void close() {
    owned.close();
  }
}
