package dev.merapi.train;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.Batch;
import java.util.Iterator;
import java.util.List;

/** What is to be run for each batch of an epoch. */
interface Feed extends AutoCloseable {
  /**
   * Programs to be run in turn, and the tensors of a batch that they are to read.
   *
   * @param bindings of each program
   */
  record Run(List<Program> programs, List<Bindings> bindings) {
    static Run of(List<Program> programs, Batch batch) {
      return new Run(programs, programs.stream().map(program -> bind(program, batch)).toList());
    }

    /** Nothing is to be read from the host. */
    static Run of(List<Program> programs) {
      return new Run(programs, programs.stream().map(program -> new Bindings()).toList());
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
      for (int i = 0; i < programs.size(); i++) {
        programs.get(i).run(bindings.get(i));
      }
    }
  }

  /** The runs from a batch of an epoch on; each is to be run before the next is asked for. */
  Iterator<Run> epoch(int epoch, int firstBatch);

  @Override
  void close();
}
