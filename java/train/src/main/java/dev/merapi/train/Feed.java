package dev.merapi.train;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.runtime.Program;
import dev.merapi.train.data.Batch;
import java.util.Iterator;

/** What is to be run for each batch of an epoch. */
interface Feed extends AutoCloseable {
  /** A program, and the tensors of a batch that it is to read. */
  record Run(Program program, Bindings bindings) {
    static Run of(Program program, Batch batch) {
      return new Run(program, bind(batch));
    }

    static Bindings bind(Batch batch) {
      Bindings bindings = new Bindings();
      for (int i = 0; i < batch.inputTensors().size(); i++) {
        bindings.input(Batches.name(Batches.INPUTS, i), batch.inputTensors().get(i));
      }
      for (int i = 0; i < batch.targetTensors().size(); i++) {
        bindings.input(Batches.name(Batches.TARGETS, i), batch.targetTensors().get(i));
      }
      return bindings;
    }

    void run() {
      program.run(bindings);
    }
  }

  /** The runs from a batch of an epoch on; each is to be run before the next is asked for. */
  Iterator<Run> epoch(int epoch, int firstBatch);

  @Override
  void close();
}
