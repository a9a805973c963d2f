package dev.merapi.train;

import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.train.data.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Batches that the programs find on the device; begins with the first epoch. */
final class ResidentFeed implements Feed {
  private final ResidentData data;
  private final StateStore store;
  private final List<Run> runs = new ArrayList<>();
  private int next;

  /**
   * Feeds data that lie in a store.
   *
   * @param full for a full batch
   * @param last for the smaller last batch of an epoch, or null where there is none
   */
  ResidentFeed(ResidentData data, StateStore store, List<Program> full, List<Program> last) {
    this.data = data;
    this.store = store;
    int whole = data.batches() - (last == null ? 0 : 1);
    runs.addAll(Collections.nCopies(whole, Run.of(full)));
    if (last != null) {
      runs.add(Run.of(last));
    }
    data.begin(store, 1, 0);
  }

  void requireSame(Dataset train) {
    data.requireSame(train);
  }

  @Override
  public Iterator<Run> epoch(int epoch, int firstBatch) {
    data.begin(store, epoch, firstBatch);
    next = 0;
    return runs.listIterator(firstBatch);
  }

  /** The run for the next batch since the epoch began; behind the last comes the first again. */
  Run next() {
    Run run = runs.get(next);
    next = (next + 1) % runs.size();
    return run;
  }

  @Override
  public void close() {
    // the data belong to the store
  }
}
