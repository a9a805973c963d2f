package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.Locale;

/**
 * A logic gate of two bits: inputs F32 [2], label 1 where the gate is on. The four points repeat in
 * the order 00, 01, 10, 11, in both splits.
 *
 * <p>One neuron learns all gates but xor and xnor, for which no line separates the points. Source:
 * Minsky and Papert, "Perceptrons", 1969.
 *
 * @param gate and, or, nand, nor, xor or xnor
 * @param copies how often each point is there
 */
public record Logic(@Default("and") Gate gate, @Default("64") int copies) implements DatasetSource {
  /** A function of two bits, as the outputs for 00, 01, 10 and 11. */
  public enum Gate {
    AND(0, 0, 0, 1),
    OR(0, 1, 1, 1),
    NAND(1, 1, 1, 0),
    NOR(1, 0, 0, 0),
    XOR(0, 1, 1, 0),
    XNOR(1, 0, 0, 1);

    private final int[] outputs;

    Gate(int... outputs) {
      this.outputs = outputs;
    }
  }

  public Logic {
    if (copies < 1) {
      throw new IllegalArgumentException("copies must be at least 1, found " + copies);
    }
  }

  /** With 64 copies of each point. */
  public Logic(Gate gate) {
    this(gate, 64);
  }

  @Override
  public String name() {
    return "logic";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    return dataset(name() + " " + gate.name().toLowerCase(Locale.ROOT) + " " + split);
  }

  Dataset dataset(String title) {
    int size = 4 * copies;
    HostTensor inputs = HostTensor.zeros(TensorType.f32(size, 2));
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      inputs.set(2 * i, (i >> 1) & 1);
      inputs.set(2 * i + 1, i & 1);
      labels.set(i, gate.outputs[i % 4]);
    }
    return new TensorDataset(title, inputs, labels, 2);
  }
}
