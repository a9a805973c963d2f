package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Shape;
import org.bytedeco.dnnl.memory;

/**
 * The sizes of an attention. Some heads are taken together, so many that products are worth their
 * calls, and so few that the scores between two products stay in cache.
 *
 * @param heads the matrices of all samples
 * @param queries rows of scores, T
 * @param keys columns of scores, S
 * @param features of a query and of a key, d
 * @param values features of a value, e
 * @param together heads that are taken together: a divisor of heads
 */
record AttentionSizes(int heads, int queries, int keys, int features, int values, int together) {
  /** Scores that stay in a second-level cache. */
  private static final int CACHED = 1 << 17;

  static AttentionSizes of(Shape query, Shape value) {
    int heads = query.slice(0, query.rank() - 2).elements();
    int queries = query.dim(-2);
    int keys = value.dim(-2);
    int together = heads;
    while (together > 1 && (heads % together != 0 || (long) together * queries * keys > CACHED)) {
      together--;
    }
    return new AttentionSizes(heads, queries, keys, query.dim(-1), value.dim(-1), together);
  }

  /** Of all heads. */
  long scores() {
    return (long) heads * queries * keys;
  }

  /** Rows of scores that are made together. */
  int rows() {
    return together * queries;
  }

  /** Matrices of the heads that are taken together. */
  memory.desc matrices(int rows, int columns) {
    return Dnnl.dense(Shape.of(together, rows, columns));
  }

  /** What lies as {@code columns} rows of {@code rows} elements, read the other way. */
  memory.desc transposed(int rows, int columns) {
    return Dnnl.strided(
        new long[] {together, rows, columns}, new long[] {(long) rows * columns, 1, rows});
  }
}
