package dev.merapi.backend.reference;

import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Buffers;
import dev.merapi.core.backend.Kernel;
import dev.merapi.core.backend.Stream;
import java.util.List;

/** Hands the cells of the buffers to a reference kernel, without allocating. */
final class CellsKernel implements Kernel {
  private final ReferenceKernel kernel;
  private final Cells[] inputs;
  private final Cells[] outputs;

  CellsKernel(ReferenceKernel kernel, int inputs, int outputs) {
    this.kernel = kernel;
    this.inputs = new Cells[inputs];
    this.outputs = new Cells[outputs];
  }

  @Override
  public void launch(Buffers buffers, Stream stream) {
    fill(inputs, buffers.inputs());
    fill(outputs, buffers.outputs());
    kernel.run(inputs, outputs);
  }

  private static void fill(Cells[] cells, List<Buffer> buffers) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = ((HeapBuffer) buffers.get(i)).cells();
    }
  }
}
