package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/** A data set in memory: the samples are the rows of two tensors. */
public final class TensorDataset implements Dataset {
  private final String name;
  private final ByteBuffer inputs;
  private final ByteBuffer targets;
  private final TensorType inputType;
  private final TensorType targetType;
  private final int size;
  private final int classes;
  private final List<String> classNames;

  /**
   * A data set of the rows of these tensors, which it does not copy.
   *
   * @param name for errors and the log
   * @param inputs {@code [N, ...input]}
   * @param targets {@code [N, ...target]}; {@code [N]} of I32 when there are classes
   * @param classes the number of classes, or 0
   * @throws DataException when the sizes differ or a label is out of range
   */
  public TensorDataset(String name, HostTensor inputs, HostTensor targets, int classes) {
    this(name, inputs, targets, classes, null);
  }

  /** As above, with classes that have names. */
  public TensorDataset(
      String name, HostTensor inputs, HostTensor targets, List<String> classNames) {
    this(name, inputs, targets, classNames.size(), List.copyOf(classNames));
  }

  private TensorDataset(
      String name, HostTensor inputs, HostTensor targets, int classes, List<String> classNames) {
    this.name = name;
    this.inputs = inputs.bytes();
    this.targets = targets.bytes();
    this.inputType = rowType(inputs.type());
    this.targetType = rowType(targets.type());
    this.size = inputs.shape().dim(0);
    this.classes = classes;
    this.classNames = classNames;
    if (targets.shape().dim(0) != size) {
      throw new DataException(
          name
              + ": expected a target per input, found "
              + size
              + " inputs and "
              + targets.shape().dim(0)
              + " targets");
    }
    if (classes > 0) {
      if (!targetType.equals(TensorType.scalar(DType.I32))) {
        throw new IllegalArgumentException("expected labels I32[N], found " + targets.type());
      }
      requireLabels(name, targets, classes);
    }
  }

  private static TensorType rowType(TensorType type) {
    Shape shape = type.shape();
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("expected [N, ...], found " + type);
    }
    return type.withShape(shape.slice(1, shape.rank()));
  }

  /** Requires labels from 0 to classes - 1; the error begins with where they come from. */
  static void requireLabels(String where, HostTensor labels, int classes) {
    for (int i = 0; i < labels.elements(); i++) {
      int label = (int) labels.get(i);
      if (label < 0 || label >= classes) {
        throw new DataException(
            where
                + ": label "
                + label
                + " of sample "
                + i
                + " is out of range, expected 0 to "
                + (classes - 1));
      }
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public TensorType inputType() {
    return inputType;
  }

  @Override
  public TensorType targetType() {
    return targetType;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public List<String> classNames() {
    return classNames == null ? Dataset.super.classNames() : classNames;
  }

  @Override
  public void copy(int sample, ByteBuffer input, ByteBuffer target) {
    copyRow(inputs, sample, (int) inputType.bytes(), input);
    copyRow(targets, sample, (int) targetType.bytes(), target);
  }

  private static void copyRow(ByteBuffer from, int row, int bytes, ByteBuffer to) {
    to.put(to.position(), from, row * bytes, bytes);
    to.position(to.position() + bytes);
  }

  @Override
  public String description() {
    return name + ", " + size + " samples";
  }
}
