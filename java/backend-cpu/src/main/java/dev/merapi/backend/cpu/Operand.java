package dev.merapi.backend.cpu;

/**
 * What an instruction of a {@link Tape} reads: a value, or a value with a number put to it on the
 * way, which saves the instruction that would do it.
 *
 * @param value the number of a value
 * @param number the number of the value that is put to it; -1 where there is none
 */
record Operand(int value, Form form, int number) {

  /** What becomes of a value; {@code loops.h} has the same in the same order. */
  enum Form {
    /** The value itself, a tile. */
    TILE,
    /** The value itself, one number for all elements. */
    NUMBER,
    /** value * number. */
    SCALED,
    /** value + number. */
    RAISED,
    /** value - number. */
    LOWERED,
    /** number - value. */
    SUBTRACTED,
    /** -value. */
    NEGATED
  }
}
