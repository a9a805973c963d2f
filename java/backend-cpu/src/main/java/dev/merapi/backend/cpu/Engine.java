package dev.merapi.backend.cpu;

/** What kernels run on: oneDNN, threads and vector loops. */
record Engine(Dnnl dnnl, Workers workers, VectorLoops loops) implements AutoCloseable {
  static Engine open() {
    return new Engine(new Dnnl(), new Workers(), new ScalarLoops());
  }

  @Override
  public void close() {
    dnnl.close();
  }
}
