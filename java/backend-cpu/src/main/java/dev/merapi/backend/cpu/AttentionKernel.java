package dev.merapi.backend.cpu;

import dev.merapi.backend.cpu.NativeSoftmax.Forward;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Optional;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * What attention and its gradients share. Some heads are taken at a time, at least one: their
 * scores, a product of queries and keys by oneDNN, and their softmax by {@link NativeLoops}, are
 * all that is in memory of the scores, and stay in cache where they fit.
 */
abstract class AttentionKernel extends ProductsKernel {
  final AttentionSizes sizes;
  final Engine engine;
  private final ScaledDotProductAttention op;
  private final MatrixProduct withKeys;
  private final int scores;

  /** Of each row of scores the row of the mask that is added to it; empty without a mask. */
  private final int[] maskRows;

  private final int maskColumns;
  private IntPointer nativeMaskRows;
  private BytePointer query;
  private BytePointer key;
  private BytePointer products;
  private MatrixProduct.Bound scoring;
  private NativeSoftmax<Forward> softmax;

  /** The first of the heads that are taken together. */
  private int head;

  AttentionKernel(
      ScaledDotProductAttention op,
      AttentionSizes sizes,
      Shape query,
      Optional<TensorType> mask,
      Engine engine) {
    super(engine.dnnl());
    this.op = op;
    this.sizes = sizes;
    this.engine = engine;
    int features = sizes.features();
    withKeys =
        product(
            sizes.matrices(sizes.queries(), features),
            sizes.transposed(features, sizes.keys()),
            sizes.matrices(sizes.queries(), sizes.keys()));
    scores = reserveScores();
    Shape added = mask.map(TensorType::shape).filter(s -> s.rank() > 0).orElse(Shape.of(1));
    maskColumns = added.dim(-1);
    maskRows =
        mask.isPresent() ? Positions.broadcast(added.with(-1, 1), query.with(-1, 1)) : new int[0];
  }

  final MatrixProduct product(memory.desc a, memory.desc b, memory.desc c) {
    return withScratch(MatrixProduct.of(dnnl, a, b, c));
  }

  /** Room for the scores of the heads that are taken together. */
  final int reserveScores() {
    return reserve(Math.multiplyExact(sizes.rows(), sizes.keys()));
  }

  @Override
  final String variant() {
    return withKeys.implementation();
  }

  /** Binds what makes the weights, which then lie where it says. */
  final BytePointer bindWeights(
      CpuBuffer query, CpuBuffer key, CpuBuffer mask, CpuBuffer workspace) {
    this.query = at(query, 0);
    this.key = at(key, 0);
    products = at(workspace, scores);
    scoring = bind(withKeys, this.query, this.key, products, workspace);
    softmax =
        keep(NativeSoftmax.forward(sizes.rows(), sizes.keys(), engine))
            .set(Forward.SOURCE, products, 0)
            .set(Forward.TARGET, products, 0)
            .set(Forward.SCALE, op.scale())
            .set(Forward.QUERIES, op.causal() ? sizes.queries() : 0);
    if (mask != null) {
      nativeMaskRows = keep(new IntPointer(maskRows));
      softmax.set(Forward.MASK, mask.address(), 0).set(Forward.MASK_COLUMNS, maskColumns);
    }
    return products;
  }

  final MatrixProduct.Bound bind(
      MatrixProduct product, BytePointer a, BytePointer b, BytePointer c, CpuBuffer workspace) {
    return keep(product.bind(new MatrixProduct.Places(a, b, null, c, scratch(workspace))));
  }

  @Override
  final void run() {
    for (head = 0; head < sizes.heads(); head += sizes.together()) {
      scoring.run(
          move(query, sizes.queries(), sizes.features()),
          move(key, sizes.keys(), sizes.features()),
          products);
      if (nativeMaskRows != null) {
        softmax.set(Forward.MASK_ROWS, nativeMaskRows, row());
      }
      run(softmax);
    }
  }

  /** Runs some heads, whose products of queries and keys are made. */
  abstract void run(NativeSoftmax<Forward> softmax);

  /** The first row of scores of these heads. */
  final int row() {
    return head * sizes.queries();
  }

  /** Moves a pointer to the matrix of the first of these heads. */
  final BytePointer move(BytePointer matrices, int rows, int columns) {
    return matrices.position((long) Float.BYTES * head * rows * columns);
  }
}
