package dev.merapi.train;

import dev.merapi.core.backend.Profile;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Batches that a loader fills on the host. */
final class LoaderFeed implements Feed {
  private final BatchLoader loader;
  private final Function<Batch, List<Program>> programs;
  private final Profile profile;

  /** The few tensors of a loader come round again and again, and so do their runs. */
  private final Map<HostTensor, Run> known = new IdentityHashMap<>();

  /**
   * Feeds what a loader gives.
   *
   * @param loader closed with this
   * @param programs those for batches of a type
   * @param profile is told how long batches were waited for
   */
  LoaderFeed(BatchLoader loader, Function<Batch, List<Program>> programs, Profile profile) {
    this.loader = loader;
    this.programs = programs;
    this.profile = profile;
  }

  @Override
  public Iterator<Run> epoch(int epoch, int firstBatch) {
    Iterator<Batch> batches = loader.epoch(epoch, firstBatch).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public Run next() {
        long start = System.nanoTime();
        Batch batch = batches.next();
        profile.spent("wait for data", start);
        return run(batch);
      }
    };
  }

  private Run run(Batch batch) {
    Run run = known.get(batch.inputs());
    if (run == null) {
      run = Run.of(programs.apply(batch), batch);
      known.put(batch.inputs(), run);
    }
    return run;
  }

  @Override
  public void close() {
    loader.close();
  }
}
