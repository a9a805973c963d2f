package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.Map;
import java.util.Optional;

/**
 * Made-up images of one coloured shape or two, and what they show: inputs U8 [3, 32, 32] and the
 * caption's words behind a begin I32 [11], targets the caption's words with an end I32 [11], both
 * with 0 behind them.
 *
 * <p>A caption is such as {@code a small red circle} or {@code a large blue square left of a small
 * white triangle}; there are 1,830, and two images have the same one if and only if they show the
 * same. The samples are a pure function of seed, split and number, the same bits on every machine.
 * Source: Kuhnle and Copestake, "ShapeWorld", 2017, for such images.
 *
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record Shapes(@Default("6000") int train, @Default("500") int test, @Default("1") long seed)
    implements DatasetSource {
  public Shapes {
    if (train < 1 || test < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 sample, found train " + train + " and test " + test);
    }
  }

  /** 6,000 training and 500 test samples. */
  public Shapes() {
    this(6000, 500, 1);
  }

  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public ShapeDataset open(String split, DataDirectories where) {
    requireSplit(split);
    int size = split.equals("train") ? train : test;
    return new ShapeDataset(name() + " " + split, size, seed);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return Optional.of(new ShapeDataset(name(), 0, seed));
  }
}
