package dev.merapi.core.op.recurrent;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the matrices and biases of a recurrent stack lie in its one weight vector.
 *
 * <p>For each layer, and in it for each direction, one behind the other without gaps: weightIh
 * [gates * hidden, in], weightHh [gates * hidden, hidden], biasIh [gates * hidden], biasHh [gates *
 * hidden], all row-major. The in of the first layer is the input's size, that of the others is
 * directions * hidden. Shapes, order of gates and names are PyTorch's: {@code weight_ih_l0}, {@code
 * weight_hh_l0}, {@code bias_ih_l0}, {@code bias_hh_l0}, with {@code _reverse} behind the names of
 * the second direction.
 *
 * @param gates blocks of rows in each piece: 4 for LSTM (i f g o), 3 for GRU (r z n), 1 for RNN
 * @param input features of the input
 * @param hidden features of the state
 * @param layers how many are stacked
 * @param directions 1 or 2
 */
public record PackedWeights(int gates, int input, int hidden, int layers, int directions) {
  /** A matrix or a bias: its elements are those from {@code offset} on. */
  public record Piece(String name, int offset, Shape shape) {
    /** The offset behind the last element. */
    public int end() {
      return offset + shape.elements();
    }
  }

  /** Rows of every piece. */
  public int rows() {
    return gates * hidden;
  }

  /** Features of the sequence that a layer reads. */
  public int in(int layer) {
    return layer == 0 ? input : directions * hidden;
  }

  /** The length of the vector. */
  public int elements() {
    return offset(layers, 0);
  }

  private int offset(int layer, int direction) {
    long offset = 0;
    for (int l = 0; l <= layer; l++) {
      long each = (long) rows() * (in(l) + hidden + 2);
      offset += each * (l < layer ? directions : direction);
    }
    return Math.toIntExact(offset);
  }

  /** What multiplies the input. */
  public Piece weightIh(int layer, int direction) {
    Shape shape = Shape.of(rows(), in(layer));
    return new Piece(name("weight_ih", layer, direction), offset(layer, direction), shape);
  }

  /** What multiplies the state. */
  public Piece weightHh(int layer, int direction) {
    Shape shape = Shape.of(rows(), hidden);
    int offset = weightIh(layer, direction).end();
    return new Piece(name("weight_hh", layer, direction), offset, shape);
  }

  /** What is added to the product with the input. */
  public Piece biasIh(int layer, int direction) {
    int offset = weightHh(layer, direction).end();
    return new Piece(name("bias_ih", layer, direction), offset, Shape.of(rows()));
  }

  /** What is added to the product with the state. */
  public Piece biasHh(int layer, int direction) {
    int offset = biasIh(layer, direction).end();
    return new Piece(name("bias_hh", layer, direction), offset, Shape.of(rows()));
  }

  /** All pieces in their order. */
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (int direction = 0; direction < directions; direction++) {
        pieces.add(weightIh(layer, direction));
        pieces.add(weightHh(layer, direction));
        pieces.add(biasIh(layer, direction));
        pieces.add(biasHh(layer, direction));
      }
    }
    return pieces;
  }

  /** The pieces of a weight vector as tensors of their own, by name. */
  public Map<String, HostTensor> unpack(HostTensor packed) {
    requireElements(packed);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Piece piece : pieces()) {
      HostTensor tensor = HostTensor.zeros(packed.type().withShape(piece.shape()));
      for (int i = 0; i < tensor.elements(); i++) {
        tensor.set(i, packed.get(piece.offset() + i));
      }
      tensors.put(piece.name(), tensor);
    }
    return tensors;
  }

  /**
   * The weight vector of some pieces.
   *
   * @param tensors by the names of {@link #pieces}
   * @param dtype of the vector
   * @throws IllegalArgumentException when a piece is missing or has another shape
   */
  public HostTensor pack(Map<String, HostTensor> tensors, DType dtype) {
    HostTensor packed = HostTensor.zeros(new TensorType(dtype, Shape.of(elements())));
    for (Piece piece : pieces()) {
      HostTensor tensor = tensors.get(piece.name());
      if (tensor == null || !tensor.shape().equals(piece.shape())) {
        String found = tensor == null ? "nothing" : tensor.shape().toString();
        throw new IllegalArgumentException(
            piece.name() + ": expected " + piece.shape() + ", found " + found);
      }
      for (int i = 0; i < tensor.elements(); i++) {
        packed.set(piece.offset() + i, tensor.get(i));
      }
    }
    return packed;
  }

  private void requireElements(HostTensor packed) {
    if (!packed.shape().equals(Shape.of(elements()))) {
      throw new IllegalArgumentException(
          "expected a packed weight [" + elements() + "], found " + packed.shape());
    }
  }

  private static String name(String kind, int layer, int direction) {
    return kind + "_l" + layer + (direction == 1 ? "_reverse" : "");
  }
}
