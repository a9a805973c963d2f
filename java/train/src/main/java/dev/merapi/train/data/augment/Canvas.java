package dev.merapi.train.data.augment;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.RandomStream;
import java.nio.ByteBuffer;

/** Where one input of a sample is changed, by the augmentations of its kind. */
abstract class Canvas {
  /**
   * The canvas for an input.
   *
   * @param first whether it is the first of a sample's inputs
   * @return null where no augmentation changes such inputs
   */
  static Canvas of(TensorType type, boolean first) {
    int rank = type.shape().rank();
    if (type.dtype() == DType.U8 && rank == 3) {
      return new Image(type.shape());
    }
    if (type.dtype() == DType.I32 && rank == 1 && first) {
      return new TokenSequence(type.shape().dim(0));
    }
    if (type.dtype() == DType.F32 && (rank == 1 || rank == 2)) {
      return new Waveform(rank == 1 ? 1 : type.shape().dim(0), type.shape().dim(-1));
    }
    return null;
  }

  /** Whether an augmentation is of this kind. */
  abstract boolean takes(Augmentation augmentation);

  /** Makes a change of this kind. */
  abstract void apply(Augmentation augmentation, RandomStream random);

  /** Takes the input's bytes that begin at an index of a buffer. */
  abstract void read(ByteBuffer from, int index);

  /** Puts the input's bytes at an index of a buffer. */
  abstract void write(ByteBuffer to, int index);
}
