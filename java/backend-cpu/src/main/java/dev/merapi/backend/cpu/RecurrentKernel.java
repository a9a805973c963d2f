package dev.merapi.backend.cpu;

/**
 * What a recurrent stack and its gradient share. The products of whole sequences and those of
 * single steps are oneDNN's; what lies between two steps' products are loops over tiles of rows.
 */
abstract class RecurrentKernel extends ProductsKernel {
  /**
   * The numbers in the gates of a step that make it worth sharing its loops. More than elsewhere:
   * OpenMP's threads still spin after the product before them.
   */
  static final int WORTH_SHARING = 1 << 18;

  final RecurrentSizes sizes;
  final RecurrentCell cell;
  final RecurrentTile[] tiles;
  private final Workers workers;
  private final Workers.Parts step = this::step;

  RecurrentKernel(RecurrentSizes sizes, Engine engine) {
    super(engine.dnnl());
    this.sizes = sizes;
    cell = RecurrentCell.of(sizes.stack());
    workers = engine.workers();
    boolean shared = sizes.batch() * sizes.columns() >= WORTH_SHARING;
    tiles = new RecurrentTile[shared ? workers.count() : 1];
    for (int i = 0; i < tiles.length; i++) {
      tiles[i] = new RecurrentTile(sizes, cell);
    }
  }

  /** Runs the current step's tiles. */
  final void step() {
    if (tiles.length > 1) {
      workers.run(sizes.tiles(), step);
    } else {
      step(0, 0, sizes.tiles());
    }
  }

  private void step(int worker, int from, int to) {
    int rows = sizes.tileRows();
    for (int first = from * rows; first < Math.min(to * rows, sizes.batch()); first += rows) {
      step(tiles[worker], first, Math.min(rows, sizes.batch() - first));
    }
  }

  /** Runs some rows of the current step. */
  abstract void step(RecurrentTile tile, int first, int rows);
}
