package dev.merapi.cli.job;

import dev.merapi.cli.yaml.Deferred;
import dev.merapi.nn.Default;
import dev.merapi.train.BatchSize;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.data.augment.Augmentation;
import dev.merapi.train.data.normalize.Normalizer;
import java.util.List;
import java.util.Map;

/**
 * The data of a job.
 *
 * @param train what the weights are fitted to
 * @param validation a fraction of {@code train} that is kept from training, or a part of its own;
 *     may be null
 * @param test evaluated at the end; may be null
 * @param batch samples per step, or {@code all} of the training data
 * @param dropLast whether a smaller last batch of an epoch is left out of the training
 * @param augment changes of the training images, texts or sounds, drawn anew in each epoch, in this
 *     order
 * @param normalize brings inputs to a common scale, fitted to the training data; may be null
 * @param resident whether the training data lie on the device whole, so that a step copies nothing
 */
public record Data(
    Part train,
    @Default("null") Deferred<Data.Part> validation,
    @Default("null") Part test,
    @Default("64") BatchSize batch,
    @Default("false") boolean dropLast,
    @Default("[]") List<Augmentation> augment,
    @Default("null") Normalizer normalize,
    @Default("false") boolean resident) {
  public Data {
    if (resident && !augment.isEmpty()) {
      throw new IllegalArgumentException(
          "resident data are the same in each epoch: expected no augment, found " + augment);
    }
  }

  /**
   * A part of a data set.
   *
   * @param dataset which one
   * @param split which part; by default that of the key's name
   */
  public record Part(DatasetSource dataset, @Default("null") String split) {
    public Part {
      if (split != null) {
        dataset.requireSplit(split);
      }
    }

    /**
     * Reads the data.
     *
     * @param role the split to read where none was named
     * @param learned vocabularies that the numbers of tokens are to be those of, by name
     * @throws UsageException when the data set has no such split
     * @throws dev.merapi.train.data.DataException when files are missing or damaged
     */
    Dataset open(String role, DataDirectories where, Map<String, Vocabulary> learned) {
      String wanted = split == null ? role : split;
      if (!dataset.splits().contains(wanted)) {
        throw new UsageException(
            "data.%s: %s has the splits %s, expected one of them, found %s",
            role, dataset.name(), String.join(", ", dataset.splits()), wanted);
      }
      return dataset.open(wanted, where, learned);
    }
  }
}
