package dev.merapi.core.backend;

/** What of elementwise computations a device wants joined; each value includes those before it. */
public enum Fusion {
  /** Each op is a launch. */
  NONE,
  /** Ops that feed each other, of one shape: what lies between them needs no memory. */
  REGIONS,
  /**
   * Equal updates of many tensors of any shapes, too, and all arithmetic on single numbers: where a
   * launch costs more than the work of a small one.
   */
  HORIZONTAL
}
