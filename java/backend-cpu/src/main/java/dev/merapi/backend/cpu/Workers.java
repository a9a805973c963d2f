package dev.merapi.backend.cpu;

/** The threads that loops run on. */
final class Workers {
  /** Some parts of a loop, of which none needs another's result. */
  @FunctionalInterface
  interface Parts {
    /**
     * Runs some parts.
     *
     * @param worker who runs them, from 0, for scratch memory of its own
     * @param from the first part
     * @param to one past the last part
     */
    void run(int worker, int from, int to);
  }

  /** The threads that this process may use: what OpenMP was told, else the processors. */
  static int processCount() {
    String told = System.getenv("OMP_NUM_THREADS");
    return told != null && told.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(told)
        : Runtime.getRuntime().availableProcessors();
  }

  /** How many threads there are. */
  int count() {
    return 1;
  }

  /** Runs all parts and waits for them. */
  void run(int parts, Parts body) {
    body.run(0, 0, parts);
  }
}
