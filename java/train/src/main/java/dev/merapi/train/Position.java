package dev.merapi.train;

/**
 * Where a training stands: what it has taken of its data.
 *
 * @param epoch the current pass over the data, from 1
 * @param batches how many batches of that pass have been taken
 */
public record Position(int epoch, int batches) {
  /** Nothing has been taken yet. */
  public static final Position START = new Position(1, 0);

  public Position {
    if (epoch < 1 || batches < 0) {
      throw new IllegalArgumentException(
          "expected an epoch from 1 and batches from 0, found " + epoch + " and " + batches);
    }
  }

  Position nextBatch() {
    return new Position(epoch, batches + 1);
  }

  Position nextEpoch() {
    return new Position(epoch + 1, 0);
  }
}
