package dev.merapi.backend.reference;

import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Draws random numbers, four elements from each block of the generator. */
final class RandomKernels {
  private RandomKernels() {}

  static void register(KernelTable table) {
    table.add(RandomUniform.class, RandomKernels::uniform);
    table.add(RandomNormal.class, RandomKernels::normal);
    table.add(Dropout.class, RandomKernels::dropout);
  }

  /** The words of one op's sequence, asked for in the order of the elements. */
  private static final class Words {
    private final Philox.Key key;
    private final int[] block = new int[4];
    private int step;
    private int microStep;

    Words(Philox.Key key) {
      this.key = key;
    }

    void start(Cells stepCell, Cells microStepCell) {
      step = (int) stepCell.get(0);
      microStep = (int) microStepCell.get(0);
    }

    /** The four words of the block that the element belongs to. */
    int[] block(int element) {
      if ((element & 3) == 0) {
        block[0] = element >>> 2;
        block[1] = 0;
        block[2] = step;
        block[3] = microStep;
        Philox.generate(key, block);
      }
      return block;
    }

    int bits(int element) {
      return block(element)[element & 3];
    }
  }

  private static ReferenceKernel uniform(
      RandomUniform op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int elements = op.shape().elements();
    Words words = new Words(op.key());
    return (inputs, outputs) -> {
      words.start(inputs[0], inputs[1]);
      for (int i = 0; i < elements; i++) {
        outputs[0].set(i, Philox.uniform(words.bits(i)));
      }
    };
  }

  private static ReferenceKernel normal(
      RandomNormal op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int elements = op.shape().elements();
    Words words = new Words(op.key());
    return (inputs, outputs) -> {
      words.start(inputs[0], inputs[1]);
      for (int i = 0; i < elements; i++) {
        outputs[0].set(i, Philox.normal(words.block(i), i));
      }
    };
  }

  private static ReferenceKernel dropout(
      Dropout op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    int elements = inputTypes.get(0).shape().elements();
    int threshold = op.threshold();
    double scale = op.scale();
    Words words = new Words(op.key());
    return (inputs, outputs) -> {
      words.start(inputs[1], inputs[2]);
      for (int i = 0; i < elements; i++) {
        boolean kept = Integer.compareUnsigned(words.bits(i), threshold) >= 0;
        outputs[0].set(i, kept ? inputs[0].get(i) * scale : 0);
      }
    };
  }
}
