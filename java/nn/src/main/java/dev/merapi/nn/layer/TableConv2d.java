package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.FanInUniform;
import dev.merapi.nn.init.Initializer;
import java.util.List;

/**
 * A convolution of which each output channel sees only the input channels that a table names: y[:,
 * o] = sum over c in table[o] of x[:, c] * W[o, c] + b[o], where * is cross-correlation; x [N, C,
 * H, W], y [N, outChannels, H - kernel + 1, W - kernel + 1]. Source: LeCun, Bottou, Bengio and
 * Haffner, Proceedings of the IEEE 86(11), 1998, table I.
 *
 * <p>Variables: {@code weight} [connections, kernel, kernel], for each output channel those of its
 * inputs in the table's order, and {@code bias} [outChannels]; the buffer {@code table}
 * [outChannels * C, connections] has a 1 where a connection is, and is not trained. The
 * connections' weights are put among zeros, and the convolution is an ordinary one.
 *
 * @param table the input channels of each output channel, from 0
 * @param kernel the filters' height and width
 * @param weightInit what the weight begins with; fans are those of the mean number of inputs
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record TableConv2d(
    List<List<Integer>> table,
    int kernel,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public TableConv2d {
    table = table.stream().map(List::copyOf).toList();
    GraphException.check(kernel >= 1, "tableConv2d: kernel must be at least 1, found %d", kernel);
    GraphException.check(
        !table.isEmpty() && table.stream().noneMatch(List::isEmpty),
        "tableConv2d: table must have inputs for each of at least one output, found %s",
        table);
  }

  /** With weights that begin as in PyTorch. */
  public TableConv2d(List<List<Integer>> table, int kernel) {
    this(table, kernel, new FanInUniform(), new FanInUniform());
  }

  public TableConv2d weightInit(Initializer weightInit) {
    return new TableConv2d(table, kernel, weightInit, biasInit);
  }

  public TableConv2d biasInit(Initializer biasInit) {
    return new TableConv2d(table, kernel, weightInit, biasInit);
  }

  @Override
  public String name() {
    return "conv";
  }

  private int connections() {
    return table.stream().mapToInt(List::size).sum();
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "tableConv2d: expected [N, C, H, W], found %s", x.shape());
    int channels = x.shape().dim(1);
    GraphException.check(
        table.stream().flatMap(List::stream).allMatch(c -> c >= 0 && c < channels),
        "tableConv2d: expected input channels of 0 to %d, found %s",
        channels - 1,
        table);
    int outputs = table.size();
    Shape fans = Shape.of(outputs, (connections() + outputs - 1) / outputs, kernel, kernel);
    Shape packed = Shape.of(connections(), kernel, kernel);
    Value weight = net.parameter("weight", packed, weightInit.forBiasOf(fans));
    Value places =
        net.buffer(
            "table", Shape.of(outputs * channels, connections()), new Places(table, channels));
    Value spread = Ops.matMul(places, Ops.reshape(weight, connections(), kernel * kernel));
    Value filters = Ops.reshape(spread, outputs, channels, kernel, kernel);
    Value y = Ops.conv2d(x, filters, Window2d.square(kernel, 1, 0), 1);
    Value bias = net.parameter("bias", Shape.of(outputs), biasInit.forBiasOf(fans));
    return Ops.add(y, Ops.reshape(bias, outputs, 1, 1));
  }

  /** A 1 in the row of an output and an input channel and in the column of their connection. */
  private record Places(List<List<Integer>> table, int channels) implements Initializer {
    @Override
    public HostTensor create(TensorType type, Philox.Key key) {
      HostTensor places = HostTensor.zeros(type);
      int columns = type.shape().dim(1);
      int connection = 0;
      for (int output = 0; output < table.size(); output++) {
        for (int input : table.get(output)) {
          places.set((output * channels + input) * columns + connection++, 1);
        }
      }
      return places;
    }
  }
}
