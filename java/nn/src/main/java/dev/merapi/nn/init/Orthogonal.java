package dev.merapi.nn.init;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * A random orthogonal matrix times a gain: W W^T = gain^2 I, or W^T W = gain^2 I when W has more
 * rows than columns; a weight {@code [out, in, receptive...]} counts as out by the rest.
 *
 * <p>Normal vectors are made orthogonal one after the other (modified Gram-Schmidt). Source: Saxe,
 * McClelland and Ganguli, ICLR 2014.
 *
 * @param gain what the orthogonal matrix is multiplied by
 */
public record Orthogonal(@Default("1") double gain) implements Initializer {
  /** An orthogonal matrix itself. */
  public Orthogonal() {
    this(1);
  }

  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    Shape shape = type.shape();
    GraphException.check(
        shape.rank() >= 2 && !shape.isEmpty(),
        "orthogonal: expected a weight [out, in, ...], found %s",
        shape);
    int rows = shape.dim(0);
    int columns = shape.elements() / rows;
    boolean wide = rows <= columns;
    double[][] vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), key);
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        tensor.set(i * columns + j, gain * (wide ? vectors[i][j] : vectors[j][i]));
      }
    }
    return tensor;
  }

  private static double[][] orthonormal(int count, int length, Philox.Key key) {
    double[][] vectors = new double[count][length];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < length; j++) {
        vectors[i][j] = Philox.normal(key, i * length + j, 0, 0);
      }
      // Twice, as one sweep loses digits where a vector nearly lies in the span of the others.
      for (int sweep = 0; sweep < 2; sweep++) {
        for (int k = 0; k < i; k++) {
          subtract(vectors[i], dot(vectors[i], vectors[k]), vectors[k]);
        }
        double norm = Math.sqrt(dot(vectors[i], vectors[i]));
        for (int j = 0; j < length; j++) {
          vectors[i][j] /= norm;
        }
      }
    }
    return vectors;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  /** a becomes a - factor * b. */
  private static void subtract(double[] a, double factor, double[] b) {
    for (int j = 0; j < a.length; j++) {
      a[j] -= factor * b[j];
    }
  }
}
