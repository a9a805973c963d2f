package dev.merapi.train.data;

import dev.merapi.nn.Default;

/**
 * The exclusive or of two bits: inputs F32 [2], label 1 where exactly one of them is 1. The four
 * points repeat in the order 00, 01, 10, 11, in both splits.
 *
 * @param copies how often each point is there
 */
public record Xor(@Default("64") int copies) implements DatasetSource {
  public Xor {
    if (copies < 1) {
      throw new IllegalArgumentException("copies must be at least 1, found " + copies);
    }
  }

  @Override
  public String name() {
    return "xor";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    return new Logic(Logic.Gate.XOR, copies).dataset("xor " + split);
  }
}
