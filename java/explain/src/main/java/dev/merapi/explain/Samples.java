package dev.merapi.explain;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Some samples of a data set.
 *
 * @param inputs [N, ...]
 * @param targets [N, ...]
 * @param numbers of the samples in the data set
 */
public record Samples(HostTensor inputs, HostTensor targets, List<Integer> numbers) {
  public Samples {
    numbers = List.copyOf(numbers);
  }

  /** Reads the samples with these numbers. */
  public static Samples of(Dataset data, List<Integer> numbers) {
    HostTensor inputs = HostTensor.zeros(rows(data.inputType(), numbers.size()));
    HostTensor targets = HostTensor.zeros(rows(data.targetType(), numbers.size()));
    var inputBytes = inputs.bytes();
    var targetBytes = targets.bytes();
    numbers.forEach(number -> data.copy(number, inputBytes, targetBytes));
    return new Samples(inputs, targets, numbers);
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

  private static TensorType rows(TensorType sample, int count) {
    return sample.withShape(Shape.of(count).concat(sample.shape()));
  }

  /** How many there are. */
  public int size() {
    return numbers.size();
  }

  /** The targets as labels of classes; -1 where they are no labels. */
  public int[] labels() {
    int[] labels = new int[size()];
    for (int i = 0; i < labels.length; i++) {
      boolean label = targets.shape().rank() == 1 && !targets.dtype().isFloating();
      labels[i] = label ? (int) targets.get(i) : -1;
    }
    return labels;
  }
}
