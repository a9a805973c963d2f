package dev.merapi.train.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data set that a job file names; its options are the components of a record.
 *
 * <p>Nothing is downloaded on opening.
 */
public interface DatasetSource {
  /** The name in job files and of the folder, in kebab-case: {@code synthetic-digits}. */
  String name();

  /** The names that {@link #open} knows. */
  default List<String> splits() {
    return List.of("train", "test");
  }

  /** The files to download, or none. */
  default List<Download> downloads() {
    return List.of();
  }

  /**
   * Reads one part of the data.
   *
   * @param split one of {@link #splits}
   * @param where where files are looked for
   * @throws DataException when files are missing or damaged
   * @throws IllegalArgumentException when there is no such split
   */
  Dataset open(String split, DataDirectories where);

  /**
   * As above, where the numbers of tokens are to mean what they mean in other data, those that a
   * model learns or has learned from.
   *
   * @param learned the vocabularies of these, by name; what is not among them is made as usual
   */
  default Dataset open(String split, DataDirectories where, Map<String, Vocabulary> learned) {
    return open(split, where);
  }

  /**
   * Such data without any samples, for the use of a model that has learned from them, where its
   * vocabularies say all that is to be known of them.
   *
   * @param learned the vocabularies that were saved with the model, by name
   * @return empty when the data themselves are needed
   */
  default Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return Optional.empty();
  }

  /**
   * Requires a split that there is.
   *
   * @throws IllegalArgumentException when there is no such split
   */
  default void requireSplit(String split) {
    if (!splits().contains(split)) {
      throw new IllegalArgumentException(
          name() + " has the splits " + String.join(", ", splits()) + "; found " + split);
    }
  }
}
