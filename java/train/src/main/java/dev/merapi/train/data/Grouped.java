package dev.merapi.train.data;

import java.util.List;

/**
 * A classified data set with more targets, for models of several tasks: target 0 is the class, and
 * each grouping of the classes is one more, such as {@code [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]} for even
 * and odd digits. Source: Caruana, "Multitask Learning", Machine Learning 28, 1997.
 *
 * @param dataset whose classes are grouped
 * @param groupings the group of each class, from 0, for each further target
 */
public record Grouped(DatasetSource dataset, List<List<Integer>> groupings)
    implements DatasetSource {
  public Grouped {
    groupings = groupings.stream().map(List::copyOf).toList();
    if (groupings.isEmpty()) {
      throw new IllegalArgumentException("groupings must be at least one, found none");
    }
  }

  @Override
  public String name() {
    return "grouped";
  }

  @Override
  public List<String> splits() {
    return dataset.splits();
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    return new GroupedDataset(dataset.open(split, where), groupings);
  }
}
