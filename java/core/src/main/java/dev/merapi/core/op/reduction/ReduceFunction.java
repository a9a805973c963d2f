package dev.merapi.core.op.reduction;

/** How a reduction joins elements. */
public enum ReduceFunction {
  /** The sum; 0 of no elements. */
  SUM,
  /** The largest; NaN when any is NaN; not defined for no elements. */
  MAX,
  /** The smallest; NaN when any is NaN; not defined for no elements. */
  MIN
}
