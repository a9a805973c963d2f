package dev.merapi.train.data.augment;

/** What is seen beyond the edges of an image. */
public enum Padding {
  /** Black. */
  ZERO,
  /** The pixel of the edge, again and again. */
  EDGE,
  /** The image in a mirror, without its edge twice: {@code d c b | a b c d | c b a}. */
  REFLECT;

  /** The place from 0 to size - 1 whose pixel is seen at any place; -1 for black. */
  int place(int i, int size) {
    if (i >= 0 && i < size) {
      return i;
    }
    return switch (this) {
      case ZERO -> -1;
      case EDGE -> i < 0 ? 0 : size - 1;
      case REFLECT -> {
        int period = Math.max(1, 2 * (size - 1));
        int within = Math.floorMod(i, period);
        yield within < size ? within : period - within;
      }
    };
  }
}
