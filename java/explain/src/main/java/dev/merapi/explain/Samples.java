package dev.merapi.explain;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Some samples of a data set.
 *
 * @param batch the samples
 * @param numbers of the samples in the data set
 */
public record Samples(Batch batch, List<Integer> numbers) {
  public Samples {
    numbers = List.copyOf(numbers);
  }

  /** Reads the samples with these numbers. */
  public static Samples of(Dataset data, List<Integer> numbers) {
    List<HostTensor> inputs = zeros(data.inputTypes(), numbers.size());
    List<HostTensor> targets = zeros(data.targetTypes(), numbers.size());
    List<ByteBuffer> inputBytes = inputs.stream().map(HostTensor::bytes).toList();
    List<ByteBuffer> targetBytes = targets.stream().map(HostTensor::bytes).toList();
    numbers.forEach(number -> data.copy(number, inputBytes, targetBytes));
    return new Samples(new Batch(inputs, targets), numbers);
  }

  private static List<HostTensor> zeros(List<TensorType> samples, int count) {
    return samples.stream()
        .map(sample -> HostTensor.zeros(BuiltModel.batched(sample, count)))
        .toList();
  }

  /** Reads samples that are drawn without repetition, in the data set's order: all, if so many. */
  public static Samples random(Dataset data, int count, long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    return of(data, order.stream().limit(count).sorted().toList());
  }

  /** The inputs [N, ...]; of several the first. */
  public HostTensor inputs() {
    return batch.inputs();
  }

  /** Some of these samples, from one on. */
  Samples slice(int from, int size) {
    return new Samples(
        new Batch(
            slice(batch.inputTensors(), from, size), slice(batch.targetTensors(), from, size)),
        numbers.subList(from, from + size));
  }

  private static List<HostTensor> slice(List<HostTensor> tensors, int from, int size) {
    return tensors.stream().map(tensor -> Probe.slice(tensor, from, size)).toList();
  }

  /** How many there are. */
  public int size() {
    return numbers.size();
  }

  /** The first targets as labels of classes; -1 where they are no labels. */
  public int[] labels() {
    HostTensor targets = batch.targets();
    int[] labels = new int[size()];
    for (int i = 0; i < labels.length; i++) {
      boolean label = targets.shape().rank() == 1 && !targets.dtype().isFloating();
      labels[i] = label ? (int) targets.get(i) : -1;
    }
    return labels;
  }
}
