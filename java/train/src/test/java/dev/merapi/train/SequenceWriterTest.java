package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Embedding;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.Perceptron;
import dev.merapi.train.decode.BeamSearch;
import dev.merapi.train.decode.Hypothesis;
import dev.merapi.train.optimizer.Sgd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceWriterTest {
  private static final int VOCABULARY = 4;
  private static final int HIDDEN = 5;
  private static final int BEGIN = 2;
  private static final int END = 3;
  private static final TensorType SOURCE = new TensorType(DType.I32, Shape.of());

  /** h' = tanh(A h + e(token)); logits = B h' + m(source). */
  private record Tiny() implements SequenceModel {
    @Override
    public Shape inputShape() {
      return Shape.of();
    }

    @Override
    public int vocabulary() {
      return VOCABULARY;
    }

    @Override
    public Outputs build(Net net, List<Value> inputs) {
      throw new AssertionError("a writer only encodes and steps");
    }

    @Override
    public Encoded encode(Net net, List<Value> sources) {
      Value source = sources.get(0);
      Value memory = net.apply("source", new Embedding(3, VOCABULARY), source);
      Value state = net.apply("start", new Embedding(3, HIDDEN), source);
      return new Encoded(List.of(memory), List.of(state));
    }

    @Override
    public Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states) {
      Value token = net.apply("token", new Embedding(VOCABULARY, HIDDEN), tokens);
      Value state = Ops.tanh(Ops.add(net.apply("a", new Dense(HIDDEN), states.get(0)), token));
      Value logits = Ops.add(net.apply("b", new Dense(VOCABULARY), state), memory.get(0));
      return Outputs.of("logits", logits).and("h", state);
    }
  }

  private static TrainingConfig config() {
    return TrainingConfig.of("tiny", new Tiny(), new SoftmaxCrossEntropy(), new Sgd(0.1));
  }

  private static Map<String, HostTensor> weights() {
    Random random = new Random(3);
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("source.weight", Shape.of(3, VOCABULARY));
    shapes.put("start.weight", Shape.of(3, HIDDEN));
    shapes.put("token.weight", Shape.of(VOCABULARY, HIDDEN));
    shapes.put("a.weight", Shape.of(HIDDEN, HIDDEN));
    shapes.put("a.bias", Shape.of(HIDDEN));
    shapes.put("b.weight", Shape.of(VOCABULARY, HIDDEN));
    shapes.put("b.bias", Shape.of(VOCABULARY));
    shapes.forEach(
        (name, shape) -> {
          double[] values = random.doubles(shape.elements(), -2, 2).toArray();
          weights.put(name, HostTensor.of(TensorType.f32(shape.toArray()), values));
        });
    return weights;
  }

  /** The log-probability of tokens, by the formula in the model's comment. */
  private static double logProbability(Map<String, HostTensor> w, int source, List<Integer> read) {
    double[] h = new double[HIDDEN];
    for (int i = 0; i < HIDDEN; i++) {
      h[i] = w.get("start.weight").get(source * HIDDEN + i);
    }
    double sum = 0;
    for (int t = 0; t + 1 < read.size(); t++) {
      double[] next = new double[HIDDEN];
      for (int i = 0; i < HIDDEN; i++) {
        next[i] = w.get("a.bias").get(i) + w.get("token.weight").get(read.get(t) * HIDDEN + i);
        for (int j = 0; j < HIDDEN; j++) {
          next[i] += w.get("a.weight").get(i * HIDDEN + j) * h[j];
        }
        next[i] = Math.tanh(next[i]);
      }
      h = next;
      double[] logits = new double[VOCABULARY];
      double total = 0;
      for (int k = 0; k < VOCABULARY; k++) {
        logits[k] = w.get("b.bias").get(k) + w.get("source.weight").get(source * VOCABULARY + k);
        for (int j = 0; j < HIDDEN; j++) {
          logits[k] += w.get("b.weight").get(k * HIDDEN + j) * h[j];
        }
        total += Math.exp(logits[k]);
      }
      sum += logits[read.get(t + 1)] - Math.log(total);
    }
    return sum;
  }

  private static double best(Map<String, HostTensor> weights, int source, int maxLength) {
    double best = Double.NEGATIVE_INFINITY;
    List<List<Integer>> starts = List.of(List.of(BEGIN));
    for (int length = 1; length <= maxLength; length++) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> start : starts) {
        for (int token = 0; token < VOCABULARY; token++) {
          List<Integer> read = new ArrayList<>(start);
          read.add(token);
          if (token == END || length == maxLength) {
            best = Math.max(best, logProbability(weights, source, read));
          } else {
            longer.add(read);
          }
        }
      }
      starts = longer;
    }
    return best;
  }

  private static List<List<HostTensor>> samples(int... sources) {
    List<List<HostTensor>> samples = new ArrayList<>();
    for (int source : sources) {
      samples.add(List.of(HostTensor.of(SOURCE, source)));
    }
    return samples;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void findsTheBestSequenceOfASmallModel(String device) {
    var availability = Backends.availability().get(device);
    Assumptions.assumeTrue(availability != null && availability.usable());
    int maxLength = 4;
    SequenceWriter.Options options =
        new SequenceWriter.Options(
            new BeamSearch(27, 0), new BeamSearch.Tokens(BEGIN, END, maxLength), 2);
    Map<String, HostTensor> weights = weights();
    try (Backend backend = Backends.open(device);
        SequenceWriter writer =
            new SequenceWriter(backend, config(), List.of(SOURCE), options, weights)) {
      int[] sources = {2, 0, 1};
      List<List<Hypothesis>> found = writer.write(samples(sources));
      assertThat(found).hasSize(sources.length);
      for (int i = 0; i < sources.length; i++) {
        Hypothesis first = found.get(i).get(0);
        List<Integer> read = new ArrayList<>(List.of(BEGIN));
        read.addAll(first.tokens());
        if (first.ended()) {
          read.add(END);
        }
        assertThat(first.logProbability())
            .isCloseTo(logProbability(weights, sources[i], read), within(1e-4))
            .isCloseTo(best(weights, sources[i], maxLength), within(1e-4));
      }
      assertThat(writer.write(samples(1))).isEqualTo(found.subList(2, 3));
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    SequenceWriter.Options options =
        new SequenceWriter.Options(BeamSearch.greedy(), new BeamSearch.Tokens(BEGIN, END, 4), 1);
    TrainingConfig perceptron =
        TrainingConfig.of("perceptron", new Perceptron(), new SoftmaxCrossEntropy(), new Sgd(0.1));
    try (Backend backend = Backends.open("reference")) {
      List<TensorType> sources = List.of(SOURCE);
      assertThatThrownBy(() -> new SequenceWriter(backend, perceptron, sources, options, Map.of()))
          .hasMessage("perceptron writes no sequences: expected a sequence model");
      assertThatThrownBy(() -> new SequenceWriter(backend, config(), sources, options, Map.of()))
          .hasMessageContaining("the weights are not those of the model");
    }
    assertThatThrownBy(
            () ->
                new SequenceWriter.Options(
                    BeamSearch.greedy(), new BeamSearch.Tokens(BEGIN, END, 4), 0))
        .hasMessage("batch must be at least 1, found 0");
  }
}
