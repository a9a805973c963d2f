package dev.merapi.explain;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.layer.Gru;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.Rnn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A demonstration: what is left of the gradient of a loss on the last state, h_T, of a recurrent
 * layer, at the inputs of the steps before it, |dL / dx_t| for t = 1 to T.
 *
 * <p>On the way back each step multiplies the gradient by the Jacobian dh_t / dh_t-1. Of a plain
 * network that begins as usual, with weights uniform within 1 / sqrt(hidden), it is so small that
 * nothing is left after 50 steps, and nothing that happened early can be learned. The remedies keep
 * it near the identity: ReLU with a recurrent matrix that begins as the identity, or gates that
 * begin open: a gate's bias is log(u) with u uniform from 1 to T - 1, so that units forget after 1
 * to T steps. The gates alone, begun as usual, halve the gradient at each step.
 *
 * <p>The loss is L = |h_T|^2 / 2 over a batch of random sequences; the layers are those of the
 * library.
 *
 * <p>Source: Bengio, Simard and Frasconi, IEEE Transactions on Neural Networks 5(2), 1994; Le,
 * Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear units",
 * 2015 (identity); Tallec and Ollivier, "Can recurrent neural networks warp time?", ICLR 2018
 * (biases of gates).
 *
 * @param curves one for each network
 */
public record VanishingGradients(List<Curve> curves) {
  private static final int STEPS = 50;
  private static final int BATCH = 32;
  private static final int INPUT = 8;
  private static final int HIDDEN = 64;

  /** Of the input's weights of the network with identity and ReLU, as in Le et al. */
  private static final double IDENTITY_INPUT_DEVIATION = 1e-3;

  /**
   * What is left of the gradient in one network.
   *
   * @param name of the network
   * @param norms of the gradient by the input of step 1, 2, ..., T
   */
  public record Curve(String name, double[] norms) {
    /** The norm at the first step as a part of that at the last step. */
    public double ratio() {
      return norms[0] / norms[norms.length - 1];
    }
  }

  /** A network: a layer and what its weights begin with instead. */
  private record Network(String name, Layer layer, int gates, Consumer<Weights> init) {}

  /** The pieces of a layer's packed weight, to be changed. */
  private record Weights(PackedWeights packed, Map<String, HostTensor> pieces, Philox.Key key) {
    HostTensor piece(PackedWeights.Piece piece) {
      return pieces.get(piece.name());
    }

    void clearBiases() {
      zero(piece(packed.biasIh(0, 0)));
      zero(piece(packed.biasHh(0, 0)));
    }

    private static void zero(HostTensor tensor) {
      for (int i = 0; i < tensor.elements(); i++) {
        tensor.set(i, 0);
      }
    }

    /** The recurrent matrix is the identity, the biases are 0, the input's weights are small. */
    void identity() {
      clearBiases();
      HostTensor recurrent = piece(packed.weightHh(0, 0));
      zero(recurrent);
      for (int i = 0; i < HIDDEN; i++) {
        recurrent.set(i * HIDDEN + i, 1);
      }
      HostTensor input = piece(packed.weightIh(0, 0));
      for (int i = 0; i < input.elements(); i++) {
        input.set(i, IDENTITY_INPUT_DEVIATION * Philox.normal(key, i, 0, 0));
      }
    }

    /** The biases of one gate become log(u), and those of another one -log(u). */
    void open(int gate, int opposite) {
      clearBiases();
      HostTensor bias = piece(packed.biasIh(0, 0));
      for (int i = 0; i < HIDDEN; i++) {
        double u = 1 + (STEPS - 2) * Philox.uniform(Philox.bits(key, i, 0, 0));
        bias.set(gate * HIDDEN + i, Math.log(u));
        if (opposite >= 0) {
          bias.set(opposite * HIDDEN + i, -Math.log(u));
        }
      }
    }
  }

  public VanishingGradients {
    curves = List.copyOf(curves);
  }

  /** Runs the demonstration: 50 steps of 32 sequences, 64 units, F32. */
  public static VanishingGradients of(Backend backend) {
    List<Network> networks =
        List.of(
            new Network("RNN, tanh", new Rnn(HIDDEN), 1, weights -> {}),
            new Network("GRU", new Gru(HIDDEN), 3, weights -> {}),
            new Network("LSTM", new Lstm(HIDDEN), 4, weights -> {}),
            new Network(
                "RNN, ReLU and identity",
                new Rnn(HIDDEN).activation(Mode.RELU),
                1,
                Weights::identity),
            new Network("GRU, gates open", new Gru(HIDDEN), 3, weights -> weights.open(1, -1)),
            new Network("LSTM, gates open", new Lstm(HIDDEN), 4, weights -> weights.open(1, 0)));
    List<Curve> curves = new ArrayList<>();
    for (Network network : networks) {
      curves.add(new Curve(network.name(), norms(backend, network)));
    }
    return new VanishingGradients(curves);
  }

  private static double[] norms(Backend backend, Network network) {
    Graph graph = new Graph("vanishing-gradients", 42);
    Net net = new Net(graph, DType.F32, true);
    TensorType type = new TensorType(DType.F32, Shape.of(STEPS, BATCH, INPUT));
    Value x = Input.of(graph, "inputs", type);
    Value states = net.apply("recurrent", network.layer(), x);
    Value last = Ops.slice(states, List.of(STEPS - 1, 0, 0), List.of(STEPS, BATCH, HIDDEN));
    Value loss = Ops.mul(Ops.sumOfSquares(List.of(last)), 0.5);
    graph.output("gradients", Differentiator.gradients(loss, List.of(x)).get(0));
    HostTensor gradients = HostTensor.zeros(type);
    try (StateStore store = new StateStore(backend)) {
      store.declare(VariableSpec.controlBlock());
      store.declare(net.variables());
      initialize(store, network);
      try (Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
        program.run(new Bindings().input("inputs", random(type)).output("gradients", gradients));
      }
    }
    double[] norms = new double[STEPS];
    int size = BATCH * INPUT;
    for (int t = 0; t < STEPS; t++) {
      double square = 0;
      for (int i = 0; i < size; i++) {
        square += gradients.get(t * size + i) * gradients.get(t * size + i);
      }
      norms[t] = Math.sqrt(square);
    }
    return norms;
  }

  private static void initialize(StateStore store, Network network) {
    String path = "recurrent.weight";
    PackedWeights packed = new PackedWeights(network.gates(), INPUT, HIDDEN, 1, 1);
    Map<String, HostTensor> pieces = packed.unpack(store.get(path));
    network.init().accept(new Weights(packed, pieces, Philox.Key.of(42, network.name(), 0)));
    store.set(path, packed.pack(pieces, DType.F32));
  }

  private static HostTensor random(TensorType type) {
    HostTensor tensor = HostTensor.zeros(type);
    Philox.Key key = Philox.Key.of(42, "vanishing-gradients", 0);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, Philox.normal(key, i, 0, 0));
    }
    return tensor;
  }
}
