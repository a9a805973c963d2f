package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import dev.merapi.train.data.Buckets;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.EpochOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a batch looks like to a program.
 *
 * @param inputs {@code [N, ...]} for each input
 * @param targets {@code [N, ...]} for each target
 * @param source where it finds them
 */
record Batches(List<TensorType> inputs, List<TensorType> targets, BatchSource source) {
  static final String INPUTS = "inputs";
  static final String TARGETS = "targets";

  static Batches of(Dataset data, int batch) {
    return of(data, batch, BatchSource.BOUND);
  }

  static Batches of(Dataset data, int batch, BatchSource source) {
    return new Batches(
        batched(data.inputTypes(), batch), batched(data.targetTypes(), batch), source);
  }

  /** All that an epoch of some data has, by the order in which it has them first. */
  static Set<Batches> of(Dataset data, BatchLoader.Options loading) {
    EpochOrder order = EpochOrder.of(data, loading, 1);
    Buckets buckets = data.buckets();
    int last = loading.lastSize(data.size());
    Set<Batches> all = new LinkedHashSet<>();
    for (int i = 0; i < order.batches(); i++) {
      int bucket = order.bucket(i);
      int size = last > 0 && i == order.batches() - 1 ? last : loading.batch();
      all.add(
          new Batches(
              batched(buckets.inputTypes(bucket), size),
              batched(buckets.targetTypes(bucket), size),
              BatchSource.BOUND));
    }
    return all;
  }

  /** Inputs alone: there are no targets. */
  static Batches of(List<TensorType> inputs, int batch) {
    return new Batches(batched(inputs, batch), List.of(), BatchSource.BOUND);
  }

  static Batches of(Batch batch) {
    return new Batches(
        types(batch.inputTensors()), types(batch.targetTensors()), BatchSource.BOUND);
  }

  private static List<TensorType> types(List<HostTensor> tensors) {
    return tensors.stream().map(HostTensor::type).toList();
  }

  private static List<TensorType> batched(List<TensorType> samples, int batch) {
    return samples.stream()
        .map(sample -> sample.withShape(Shape.of(batch).concat(sample.shape())))
        .toList();
  }

  /** The name of an input or target among several: {@code inputs}, {@code inputs2}, ... */
  static String name(String which, int index) {
    return index == 0 ? which : which + (index + 1);
  }

  int size() {
    return inputs.get(0).shape().dim(0);
  }

  /**
   * The inputs as the model wants them. Bytes are uploaded as bytes and become numbers from 0 to 1
   * on the device. Whole numbers are indices and stay what they are.
   */
  List<Value> readInputs(Graph graph, DType precision) {
    return IntStream.range(0, inputs.size())
        .mapToObj(i -> read(graph, precision, name(INPUTS, i), inputs.get(i)))
        .toList();
  }

  /** The targets, as the inputs; labels stay whole numbers. */
  List<Value> readTargets(Graph graph, DType precision) {
    return IntStream.range(0, targets.size())
        .mapToObj(i -> read(graph, precision, name(TARGETS, i), targets.get(i)))
        .toList();
  }

  private Value read(Graph graph, DType precision, String name, TensorType type) {
    Value raw = source.read(graph, name, type);
    if (type.dtype() == DType.I32) {
      return raw;
    }
    Value numbers = Ops.cast(raw, precision);
    return type.dtype() == DType.U8 ? Ops.div(numbers, 255) : numbers;
  }
}
