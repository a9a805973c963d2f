package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.List;

/**
 * Pairs of the samples of a classified data set: two inputs of its type, and the label 1 where both
 * are of one class, else 0, each with a probability of about one half. There are as many pairs as
 * samples, and each epoch of a training has others. Source: Hadsell, Chopra and LeCun,
 * "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006.
 *
 * @param dataset what is paired
 * @param seed what the pairs are drawn from
 */
public record Pairs(DatasetSource dataset, @Default("1") long seed) implements DatasetSource {
  @Override
  public String name() {
    return "pairs";
  }

  @Override
  public List<String> splits() {
    return dataset.splits();
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    return new PairDataset(dataset.open(split, where), seed);
  }
}
