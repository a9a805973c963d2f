package dev.merapi.backend.cpu;

import java.util.Arrays;

/**
 * What kernels run on.
 *
 * @param dnnl oneDNN
 * @param workers the threads of loops
 * @param loops vector loops, for each of these threads its own
 */
record Engine(Dnnl dnnl, Workers workers, VectorLoops[] loops) implements AutoCloseable {
  /** Elements in a tile: a dozen of tiles fit into a core's second-level cache many times over. */
  static final int TILE = 1024;

  static Engine open() {
    Workers workers = new Workers(Workers.processCount());
    VectorLoops[] loops = new VectorLoops[workers.count()];
    Arrays.setAll(loops, i -> new VectorLoops(TILE));
    return new Engine(new Dnnl(), workers, loops);
  }

  @Override
  public void close() {
    workers.close();
    dnnl.close();
  }
}
