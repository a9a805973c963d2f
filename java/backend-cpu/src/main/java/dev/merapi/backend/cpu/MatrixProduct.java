package dev.merapi.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import dev.merapi.core.tensor.Shape;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Pointer;

/** A product of matrices, C = A B, of certain sizes and layouts: for kernels that need several. */
final class MatrixProduct {
  private final Dnnl dnnl;
  private final matmul.primitive_desc description;
  private final matmul primitive;
  private final memory.desc bias;

  private MatrixProduct(Dnnl dnnl, matmul.primitive_desc description, memory.desc bias) {
    this.dnnl = dnnl;
    this.description = description;
    this.bias = bias;
    primitive = new matmul(description);
  }

  /** C = A B. */
  static MatrixProduct of(Dnnl dnnl, memory.desc a, memory.desc b, memory.desc c) {
    return of(dnnl, a, b, c, Dnnl.attributes());
  }

  /** C = C + A B. */
  static MatrixProduct added(Dnnl dnnl, memory.desc a, memory.desc b, memory.desc c) {
    return of(dnnl, a, b, c, adding());
  }

  private static primitive_attr adding() {
    primitive_attr attributes = Dnnl.attributes();
    try (post_ops after = new post_ops()) {
      after.append_sum();
      attributes.set_post_ops(after);
    }
    return attributes;
  }

  private static MatrixProduct of(
      Dnnl dnnl, memory.desc a, memory.desc b, memory.desc c, primitive_attr attributes) {
    return new MatrixProduct(
        dnnl, new matmul.primitive_desc(dnnl.engine(), a, b, c, attributes, false), null);
  }

  /** C = A B + a bias for each column. */
  static MatrixProduct biased(Dnnl dnnl, memory.desc a, memory.desc b, memory.desc c) {
    return biased(dnnl, a, b, c, Dnnl.attributes());
  }

  /** C = C + A B + a bias for each column. */
  static MatrixProduct addedAndBiased(Dnnl dnnl, memory.desc a, memory.desc b, memory.desc c) {
    return biased(dnnl, a, b, c, adding());
  }

  private static MatrixProduct biased(
      Dnnl dnnl, memory.desc a, memory.desc b, memory.desc c, primitive_attr attributes) {
    memory.desc bias = dense(1, (int) c.get_dims().get(1));
    return new MatrixProduct(
        dnnl, new matmul.primitive_desc(dnnl.engine(), a, b, bias, c, attributes, false), bias);
  }

  /** A row-major matrix. */
  static memory.desc dense(int rows, int columns) {
    return Dnnl.dense(Shape.of(rows, columns));
  }

  /** A matrix that lies column by column. */
  static memory.desc transposed(int rows, int columns) {
    return Dnnl.strided(new long[] {rows, columns}, new long[] {1, rows});
  }

  /** What oneDNN calls the code that it chose. */
  String implementation() {
    return description.impl_info_str().getString();
  }

  /** How B lies, where that was left to oneDNN. */
  memory.desc layoutOfB() {
    return description.weights_desc();
  }

  long scratchBytes() {
    return description.scratchpad_desc().get_size();
  }

  /** Where the matrices begin; the bias may be null. */
  record Places(Pointer a, Pointer b, Pointer bias, Pointer c, Pointer scratch) {}

  /** This product on some matrices. */
  Bound bind(Places places) {
    return new Bound(places);
  }

  /** A product on its matrices, which can be exchanged. */
  final class Bound implements AutoCloseable {
    private final BoundPrimitive bound = new BoundPrimitive(dnnl, primitive);
    private final memory a;
    private final memory b;
    private final memory c;

    private Bound(Places places) {
      a = bound.argument(DNNL_ARG_SRC, description.src_desc(), places.a);
      b = bound.argument(DNNL_ARG_WEIGHTS, description.weights_desc(), places.b);
      c = bound.argument(DNNL_ARG_DST, description.dst_desc(), places.c);
      if (bias != null) {
        bound.argument(DNNL_ARG_BIAS, bias, places.bias);
      }
      if (scratchBytes() > 0) {
        bound.argument(DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(), places.scratch);
      }
    }

    void run() {
      bound.run();
    }

    void run(Pointer otherA) {
      a.set_data_handle(otherA);
      bound.run();
    }

    void run(Pointer otherA, Pointer otherC) {
      c.set_data_handle(otherC);
      run(otherA);
    }

    void run(Pointer otherA, Pointer otherB, Pointer otherC) {
      b.set_data_handle(otherB);
      run(otherA, otherC);
    }

    @Override
    public void close() {
      bound.close();
    }
  }
}
