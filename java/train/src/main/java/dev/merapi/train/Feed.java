package dev.merapi.train;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.Batch;
import java.util.Iterator;
import java.util.List;

/** What is to be run for each batch of an epoch. */
interface Feed extends AutoCloseable {
  /** A program, and the tensors of a batch that it is to read. */
  record Run(Program program, Bindings bindings) {
    static Run of(Program program, Batch batch) {
      return new Run(program, bind(program, batch));
    }

    /** Binds those of a batch's tensors that a program reads: a loss need not look at all. */
    static Bindings bind(Program program, Batch batch) {
      Bindings bindings = new Bindings();
      bind(bindings, program, Batches.INPUTS, batch.inputTensors());
      bind(bindings, program, Batches.TARGETS, batch.targetTensors());
      return bindings;
    }

    private static void bind(
        Bindings bindings, Program program, String which, List<HostTensor> tensors) {
      for (int i = 0; i < tensors.size(); i++) {
        String name = Batches.name(which, i);
        if (program.inputTypes().containsKey(name)) {
          bindings.input(name, tensors.get(i));
        }
      }
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
