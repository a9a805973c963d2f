package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.layer.DotAttention;
import java.util.ArrayList;
import java.util.List;

/**
 * An end-to-end memory network: it answers a question about a story with one word, after it has
 * looked some times at the sentences of the story, each time for what it still misses.
 *
 * <pre>
 * m_i^k = sum_j l_j * E^(k-1)[x_ij] + T^(k-1)[i]     the sentences, to be found by
 * c_i^k = sum_j l_j * E^k[x_ij] + T^k[i]             the sentences, to be read
 * u^1 = sum_j l_j * E^0[q_j],  u^(k+1) = u^k + sum_i softmax(u^k . m^k)_i c_i^k
 * logits = E^K u^(K+1)
 * l_jd = (1 - j / J) - (d / D) (1 - 2 j / J)         places of words j = 1..J, features d = 1..D
 * </pre>
 *
 * <p>Inputs: story I32 [N, sentences, J], the words x by number, the newest sentence first; 0 is no
 * word, and sentences without any word stand behind the others. Question I32 [N, J], the words q.
 * Output: logits of the answer [N, classes]. Variables {@code words0} ... {@code wordsK} E
 * [classes, dim] and {@code times0} ... {@code timesK} T [sentences, dim], normal with deviation
 * 0.1; layers {@code hop1} ... {@code hopK}, whose outputs {@code weights} say where it looks.
 * Source: Sukhbaatar, Szlam, Weston and Fergus, "End-To-End Memory Networks", NIPS 2015, with
 * adjacent weight tying, position encoding and temporal encoding.
 *
 * @param inputShape the shape of a story [sentences, J]
 * @param classes the number of words, of which one is the answer
 * @param dim D, the length of the words' vectors
 * @param hops K, how many times it looks
 */
public record MemoryNetwork(
    @Default("[10, 5]") Shape inputShape,
    @Default("32") int classes,
    @Default("32") int dim,
    @Default("3") int hops)
    implements Model, MultiLayer {
  public MemoryNetwork {
    GraphException.check(
        inputShape.rank() == 2,
        "memoryNetwork: expected stories [sentences, words], found %s",
        inputShape);
    GraphException.check(
        classes >= 2 && dim >= 1 && hops >= 1,
        "memoryNetwork: expected at least 2 classes, 1 dim and 1 hop, found %d, %d and %d",
        classes,
        dim,
        hops);
  }

  /** For stories of 10 sentences of up to 5 of 32 words. */
  public MemoryNetwork() {
    this(Shape.of(10, 5), 32, 32, 3);
  }

  public MemoryNetwork inputShape(Shape inputShape) {
    return new MemoryNetwork(inputShape, classes, dim, hops);
  }

  public MemoryNetwork classes(int classes) {
    return new MemoryNetwork(inputShape, classes, dim, hops);
  }

  public MemoryNetwork dim(int dim) {
    return new MemoryNetwork(inputShape, classes, dim, hops);
  }

  public MemoryNetwork hops(int hops) {
    return new MemoryNetwork(inputShape, classes, dim, hops);
  }

  @Override
  public List<Shape> inputShapes() {
    return List.of(inputShape, Shape.of(inputShape.dim(1)));
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(
        inputs.size() == 2 && inputs.stream().allMatch(input -> input.dtype() == DType.I32),
        "memoryNetwork: expected a story and a question of words I32, found %s",
        inputs.stream().map(Value::type).toList());
    Value story = inputs.get(0);
    int batch = story.shape().dim(0);
    Value places = net.buffer("places", Shape.of(inputShape.dim(1), dim), new Places());
    List<Value> words = new ArrayList<>();
    List<Value> memories = new ArrayList<>();
    for (int k = 0; k <= hops; k++) {
      words.add(net.parameter("words" + k, Shape.of(classes, dim), new Normal(0, 0.1)));
      Shape times = Shape.of(inputShape.dim(0), dim);
      Value time = net.parameter("times" + k, times, new Normal(0, 0.1));
      memories.add(Ops.add(sentences(words.get(k), story, places), time));
    }
    Value state =
        sentences(words.get(0), Ops.reshape(inputs.get(1), batch, 1, inputShape.dim(1)), places);
    for (int k = 1; k <= hops; k++) {
      List<Value> look = List.of(state, memories.get(k - 1), memories.get(k), lengths(net, story));
      state = Ops.add(state, net.apply("hop" + k, new DotAttention(), look).first());
    }
    Value rows = Ops.reshape(state, batch, dim);
    return Outputs.of("logits", Ops.matMul(rows, words.get(hops), false, true));
  }

  /** 1 where there is a word. */
  private static Value present(Value words, DType dtype) {
    Value none = Constant.scalar(words.graph(), DType.I32, 0);
    return Ops.cast(Ops.notEqual(words, none), dtype);
  }

  /** How many sentences each story has, I32 [N]. */
  private static Value lengths(Net net, Value story) {
    return Ops.cast(Ops.sum(Ops.reduceMax(present(story, net.dtype()), 2), 1), DType.I32);
  }

  /** Vectors [N, S, dim] of sentences [N, S, J]. */
  private static Value sentences(Value table, Value words, Value places) {
    Value weights = Ops.reshape(present(words, table.dtype()), ones(words.shape()));
    return Ops.sum(Ops.mul(Ops.mul(Ops.gather(table, words), places), weights), 2);
  }

  private static int[] ones(Shape words) {
    return words.concat(Shape.of(1)).toArray();
  }

  /** The numbers l [J, D]. */
  private record Places() implements Initializer {
    @Override
    public HostTensor create(TensorType type, Philox.Key key) {
      HostTensor table = HostTensor.zeros(type);
      int words = type.shape().dim(0);
      int features = type.shape().dim(1);
      for (int i = 0; i < table.elements(); i++) {
        double place = (double) (1 + i / features) / words;
        double feature = (double) (1 + i % features) / features;
        table.set(i, 1 - place - feature * (1 - 2 * place));
      }
      return table;
    }
  }
}
