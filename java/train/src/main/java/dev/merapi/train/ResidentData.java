package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.BatchLoader;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.augment.AugmentedDataset;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data set that lies on the device whole. Each step gathers its batch there, so that nothing is
 * copied but an epoch's order of the samples, once.
 *
 * <p>Variables: {@code data/inputs} and {@code data/targets} (and {@code data/inputs2}, ... where
 * there are several) with a row per sample, {@code data/order} I32 [batches, batch] with the
 * samples of each batch, and {@code data/batch} I32, the batch that the next step takes; behind the
 * last one it is the first again.
 */
final class ResidentData implements BatchSource {
  static final String GROUP = "data";
  private static final String ORDER = "data/order";
  private static final String BATCH = "data/batch";

  private final Dataset data;
  private final BatchLoader.Options options;
  private final int batches;
  private final TensorType orderType;

  /**
   * Uploads nothing yet: the variables do.
   *
   * @throws DataException when one tensor would be 2 GiB or larger
   */
  ResidentData(Dataset data, BatchLoader.Options options) {
    this.data = data;
    this.options = options;
    this.batches = options.batches(data.size());
    this.orderType = new TensorType(DType.I32, Shape.of(batches, options.batch()));
    long bytes =
        data.size()
            * Stream.concat(data.inputTypes().stream(), data.targetTypes().stream())
                .mapToLong(TensorType::bytes)
                .max()
                .orElseThrow();
    if (data instanceof AugmentedDataset) {
      throw new DataException(
          "data.resident: expected data that are the same in each epoch, found "
              + data.description());
    }
    if (data.buckets().count() > 1) {
      throw new DataException(
          "data.resident: expected data of one length, found " + data.description());
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new DataException(
          "data.resident: expected less than 2048 MB of %s, found %d MB"
              .formatted(data.description(), bytes >> 20));
    }
  }

  /** Batches of an epoch, a smaller last one included. */
  int batches() {
    return batches;
  }

  /** Requires that these are the data which the device has. */
  void requireSame(Dataset other) {
    if (other != data) {
      throw new IllegalArgumentException(
          "expected the resident data, %s, found %s"
              .formatted(data.description(), other.description()));
    }
  }

  List<VariableSpec> variables() {
    List<VariableSpec> variables = new ArrayList<>();
    for (int i = 0; i < data.inputTypes().size(); i++) {
      int index = i;
      String path = path(Batches.name(Batches.INPUTS, i));
      TensorType all = all(data.inputTypes().get(i));
      variables.add(new VariableSpec(path, all, GROUP, () -> readInput(index)));
    }
    for (int i = 0; i < data.targetTypes().size(); i++) {
      int index = i;
      String path = path(Batches.name(Batches.TARGETS, i));
      TensorType all = all(data.targetTypes().get(i));
      variables.add(new VariableSpec(path, all, GROUP, () -> readTarget(index)));
    }
    variables.add(VariableSpec.filled(ORDER, orderType, GROUP, 0));
    variables.add(VariableSpec.filled(BATCH, TensorType.scalar(DType.I32), GROUP, 0));
    return variables;
  }

  private static String path(String name) {
    return "data/" + name;
  }

  private TensorType all(TensorType sample) {
    return sample.withShape(Shape.of(data.size()).concat(sample.shape()));
  }

  private HostTensor readInput(int index) {
    HostTensor wanted = HostTensor.zeros(all(data.inputTypes().get(index)));
    List<ByteBuffer> inputs = single(data.inputTypes());
    inputs.set(index, wanted.bytes());
    read(inputs, single(data.targetTypes()), inputs.get(index));
    return wanted;
  }

  private HostTensor readTarget(int index) {
    HostTensor wanted = HostTensor.zeros(all(data.targetTypes().get(index)));
    List<ByteBuffer> targets = single(data.targetTypes());
    targets.set(index, wanted.bytes());
    read(single(data.inputTypes()), targets, targets.get(index));
    return wanted;
  }

  /** Room for one sample each, which is written again and again. */
  private static List<ByteBuffer> single(List<TensorType> types) {
    return new ArrayList<>(types.stream().map(type -> HostTensor.zeros(type).bytes()).toList());
  }

  private void read(List<ByteBuffer> inputs, List<ByteBuffer> targets, ByteBuffer rows) {
    for (int i = 0; i < data.size(); i++) {
      int written = rows.position();
      inputs.forEach(ByteBuffer::clear);
      targets.forEach(ByteBuffer::clear);
      rows.position(written);
      data.copy(i, inputs, targets);
    }
  }

  /** Uploads an epoch's order; the next step takes this batch of it. */
  void begin(StateStore store, int epoch, int firstBatch) {
    int[] samples = new int[data.size()];
    options.arrange(samples, epoch);
    HostTensor order = HostTensor.zeros(orderType);
    order.bytes().asIntBuffer().put(samples, 0, Math.min(samples.length, order.elements()));
    store.set(ORDER, order);
    store.set(BATCH, HostTensor.filled(TensorType.scalar(DType.I32), firstBatch));
  }

  @Override
  public Value read(Graph graph, String name, TensorType type) {
    Value order = Variable.of(graph, ORDER, orderType);
    Value samples = Ops.gather(order, batch(graph), 0);
    int size = type.shape().dim(0);
    Value wanted =
        size == options.batch() ? samples : Ops.slice(samples, List.of(0), List.of(size));
    Shape sample = type.shape().slice(1, type.shape().rank());
    return Ops.gather(Variable.of(graph, path(name), all(type.withShape(sample))), wanted, 0);
  }

  private static Value batch(Graph graph) {
    return Variable.of(graph, BATCH, TensorType.scalar(DType.I32));
  }

  @Override
  public void advance(Graph graph) {
    Value next = Ops.add(batch(graph), 1);
    Value inside = Ops.less(next, Constant.scalar(graph, DType.I32, batches));
    Assign.of(batch(graph), Ops.select(inside, next, Constant.scalar(graph, DType.I32, 0)));
  }
}
