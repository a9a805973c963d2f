package dev.merapi.train.data;

/** What becomes of cells of a table that say nothing: empty ones, NA, N/A, NaN, null and ?. */
public enum MissingValues {
  /** They are errors. */
  ERROR,
  /** Their rows are left out. */
  DROP,
  /** Numbers become the column's mean in the training file, and classes none of the known ones. */
  MEAN
}
