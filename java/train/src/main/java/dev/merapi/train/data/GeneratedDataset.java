package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Samples that are made up at random when they are read: each depends on the seed, the name, its
 * number and, where they are new in each epoch, the epoch alone. Their bits are the same on every
 * machine, with any number of threads, and after a resume.
 *
 * <p>{@link #copy} gives the samples of the first epoch.
 *
 * @param form how many there are and of which types
 * @param drawing makes one up
 */
record GeneratedDataset(Form form, Drawing drawing) implements MultiDataset {
  /**
   * What the samples are like.
   *
   * @param name for errors and the log, and what the samples are drawn for
   * @param seed what they are drawn from
   * @param size how many there are
   * @param inputs the types of a sample's inputs
   * @param targets the types of its targets
   * @param classes whose labels targets are, or 0
   * @param fresh whether they are others in each epoch
   */
  record Form(
      String name,
      long seed,
      int size,
      List<TensorType> inputs,
      List<TensorType> targets,
      int classes,
      boolean fresh) {
    /** Of one input and one target. */
    static Form of(String name, long seed, int size, TensorType input, TensorType target) {
      return new Form(name, seed, size, List.of(input), List.of(target), 0, false);
    }

    Form classes(int classes) {
      return new Form(name, seed, size, inputs, targets, classes, fresh);
    }

    Form fresh(boolean fresh) {
      return new Form(name, seed, size, inputs, targets, classes, fresh);
    }
  }

  /** Makes a sample up. */
  @FunctionalInterface
  interface Drawing {
    /**
     * Puts the sample's bytes at the buffers' positions and moves the positions behind them;
     * allocates nothing.
     *
     * @param random at the first of the numbers that belong to the sample
     */
    void draw(int sample, RandomStream random, List<ByteBuffer> inputs, List<ByteBuffer> targets);
  }

  GeneratedDataset {
    if (form.size < 1) {
      throw new IllegalArgumentException(
          form.name + ": expected at least 1 sample, found " + form.size);
    }
  }

  @Override
  public int size() {
    return form.size;
  }

  @Override
  public List<TensorType> inputTypes() {
    return form.inputs;
  }

  @Override
  public List<TensorType> targetTypes() {
    return form.targets;
  }

  @Override
  public int classes(int target) {
    return form.classes;
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    reader().copy(sample, 0, inputs, targets);
  }

  @Override
  public Reader reader() {
    RandomStream random = new RandomStream(form.seed, form.name, 0);
    return (sample, epoch, inputs, targets) -> {
      random.begin(form.fresh ? epoch : 0, sample);
      drawing.draw(sample, random, inputs, targets);
    };
  }

  @Override
  public String description() {
    return form.name + ", " + form.size + (form.fresh ? " new samples an epoch" : " samples");
  }
}
