package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A neural Turing machine: a controller that, at each step, writes to a memory of numbers and reads
 * from it, by heads that find their place by what is there or by a shift from where they were.
 *
 * <pre>
 * h_t = controller(x_t, r_(t-1))       an LSTM of W [x; r; h] + b, or tanh(W [x; r] + b)
 * each head, from its numbers in the dense layer heads(h_t):
 *   key k = tanh(.), strength beta = softplus(.), gate g = sigmoid(.),
 *   shifts s = softmax(.), sharpness gamma = 1 + softplus(.)
 *   content_i = softmax_i(beta cos(k, M_i))
 *   w' = g content + (1 - g) w_(t-1),  w''_i = sum_j s_j w'_(i-j),  w_t,i = w''_i^gamma / sum
 * write heads, one after the other: M_i = M_i (1 - w_i sigmoid(erase)) + w_i tanh(add)
 * read heads, of the memory that was written: r = sum_i w_i M_i
 * y_t = [h_t; r_t]
 * </pre>
 *
 * <p>x [T, N, in] and y [T, N, hidden + readHeads * width]; each sequence begins with the same
 * memory, of numbers 1e-6, h, c and r of zeros, and all heads at slot 0; slots are a ring. The
 * cosine has 1e-6 added to each squared length. Layers {@code controller}, whose gates are i f g o
 * for an LSTM, and {@code heads}. Source: Graves, Wayne and Danihelka, "Neural Turing Machines",
 * 2014; how it begins, and tanh of keys and of what is added: Collier and Beel, "Implementing
 * Neural Turing Machines", ICANN 2018.
 *
 * @param hidden features of the controller, at least 1
 * @param slots places of the memory, more than 2 * shift
 * @param width numbers in each place, at least 1
 * @param readHeads how many heads read, at least 1
 * @param writeHeads how many heads write, at least 1
 * @param shift how many slots a head may move in a step, at least 1
 * @param controller lstm or feedForward
 */
public record NeuralTuringMachine(
    @Default("100") int hidden,
    @Default("128") int slots,
    @Default("20") int width,
    @Default("1") int readHeads,
    @Default("1") int writeHeads,
    @Default("1") int shift,
    @Default("lstm") Controller controller)
    implements Layer {
  private static final double BLANK = 1e-6;

  /** What computes a step. */
  public enum Controller {
    /** Remembers by itself, too. */
    LSTM,
    /** Remembers nothing but what it reads. */
    FEED_FORWARD
  }

  public NeuralTuringMachine {
    GraphException.check(
        hidden >= 1 && width >= 1 && readHeads >= 1 && writeHeads >= 1 && shift >= 1,
        "neuralTuringMachine: hidden, width, readHeads, writeHeads and shift must be at least 1,"
            + " found %d, %d, %d, %d and %d",
        hidden,
        width,
        readHeads,
        writeHeads,
        shift);
    GraphException.check(
        slots > 2 * shift,
        "neuralTuringMachine: slots must be more than %d for shifts of %d, found %d",
        2 * shift,
        shift,
        slots);
  }

  /** An LSTM of 100 with a memory of 128 x 20 and one head of each kind, as in the paper. */
  public NeuralTuringMachine() {
    this(100, 128, 20, 1, 1, 1, Controller.LSTM);
  }

  public NeuralTuringMachine hidden(int hidden) {
    return new NeuralTuringMachine(hidden, slots, width, readHeads, writeHeads, shift, controller);
  }

  /** With a memory of so many slots of so many numbers. */
  public NeuralTuringMachine memory(int slots, int width) {
    return new NeuralTuringMachine(hidden, slots, width, readHeads, writeHeads, shift, controller);
  }

  /** With so many heads of each kind. */
  public NeuralTuringMachine heads(int readHeads, int writeHeads) {
    return new NeuralTuringMachine(hidden, slots, width, readHeads, writeHeads, shift, controller);
  }

  public NeuralTuringMachine shift(int shift) {
    return new NeuralTuringMachine(hidden, slots, width, readHeads, writeHeads, shift, controller);
  }

  public NeuralTuringMachine controller(Controller controller) {
    return new NeuralTuringMachine(hidden, slots, width, readHeads, writeHeads, shift, controller);
  }

  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() == 3, "neuralTuringMachine: expected [T, N, features], found %s", shape);
    int batch = shape.dim(1);
    MemoryHead.Ring ring = MemoryHead.Ring.of(x, slots, shift);
    State first = begin(x, batch);
    Scan.Carried run =
        Ops.scan(
            first.values(),
            List.of(x),
            (states, inputs) -> {
              State next = step(net, ring, inputs.get(0), first.with(states));
              return new Scan.Carried(next.values(), List.of(next.output()));
            });
    return run.results().get(0);
  }

  private boolean lstm() {
    return controller == Controller.LSTM;
  }

  /**
   * What a step leaves.
   *
   * @param h the controller's output [N, hidden]
   * @param c an LSTM's cells [N, hidden]
   * @param reads of each read head [N, width]
   * @param memory [N, slots, width]
   * @param weights of the write heads and then the read heads [N, slots]
   */
  private record State(Value h, Value c, List<Value> reads, Value memory, List<Value> weights) {
    List<Value> values() {
      List<Value> values = new ArrayList<>(List.of(h, c, memory));
      values.addAll(reads);
      values.addAll(weights);
      return values;
    }

    /** One of other values, in the order of {@link #values}. */
    State with(List<Value> values) {
      int end = 3 + reads.size();
      return new State(
          values.get(0),
          values.get(1),
          values.subList(3, end),
          values.get(2),
          values.subList(end, values.size()));
    }

    /** [h; r] */
    Value output() {
      return Ops.concat(1, Stream.concat(Stream.of(h), reads.stream()).toArray(Value[]::new));
    }
  }

  private State begin(Value x, int batch) {
    Value zero = constant(x, 0, batch, hidden);
    Value first = Constant.of(x.graph(), new TensorType(DType.I32, Shape.of(batch)), 0);
    return new State(
        zero,
        zero,
        Collections.nCopies(readHeads, constant(x, 0, batch, width)),
        constant(x, BLANK, batch, slots, width),
        Collections.nCopies(writeHeads + readHeads, Ops.oneHot(first, slots, x.dtype())));
  }

  private static Value constant(Value x, double value, int... dims) {
    return Constant.of(x.graph(), x.type().withShape(Shape.of(dims)), value);
  }

  private State step(Net net, MemoryHead.Ring ring, Value input, State before) {
    List<Value> known = new ArrayList<>(List.of(input));
    known.addAll(before.reads);
    if (lstm()) {
      known.add(before.h);
    }
    Dense dense = new Dense(lstm() ? 4 * hidden : hidden);
    Value sums = net.apply("controller", dense, Ops.concat(1, known.toArray(Value[]::new)));
    Value c = lstm() ? cells(sums, before.c) : before.c;
    Value h = lstm() ? Ops.mul(Ops.sigmoid(gate(sums, 3)), Ops.tanh(c)) : Ops.tanh(sums);
    return useMemory(net, ring, new State(h, c, before.reads, before.memory, before.weights));
  }

  private Value gate(Value sums, int index) {
    return MemoryHead.part(sums, index * hidden, (index + 1) * hidden);
  }

  private Value cells(Value sums, Value c) {
    Value kept = Ops.mul(Ops.sigmoid(gate(sums, 1)), c);
    return Ops.add(kept, Ops.mul(Ops.sigmoid(gate(sums, 0)), Ops.tanh(gate(sums, 2))));
  }

  /** Writes and then reads as the controller says. */
  private State useMemory(Net net, MemoryHead.Ring ring, State state) {
    int writing = MemoryHead.writingNumbers(width, shift);
    int reading = MemoryHead.readingNumbers(width, shift);
    Dense dense = new Dense(writeHeads * writing + readHeads * reading);
    Value numbers = net.apply("heads", dense, state.h);
    Value memory = state.memory;
    List<Value> weights = new ArrayList<>();
    List<Value> reads = new ArrayList<>();
    for (int i = 0; i < writeHeads + readHeads; i++) {
      boolean writes = i < writeHeads;
      int first = writes ? i * writing : writeHeads * writing + (i - writeHeads) * reading;
      MemoryHead head = new MemoryHead(numbers, first, width, ring);
      Value focus = head.focus(memory, state.weights.get(i));
      weights.add(focus);
      if (writes) {
        memory = head.write(memory, focus);
      } else {
        reads.add(head.read(memory, focus));
      }
    }
    return new State(state.h, state.c, reads, memory, weights);
  }
}
