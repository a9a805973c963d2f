package dev.merapi.train.checkpoint;

import dev.merapi.train.data.Vocabulary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Vocabularies in the metadata of the file of weights that were trained with them: the vocabulary
 * {@code source} as the text {@code vocabulary.source}, as its own file would have it.
 */
public final class SavedVocabularies {
  private static final String PREFIX = "vocabulary.";

  private SavedVocabularies() {}

  /** The metadata of some vocabularies, in the order of their names. */
  public static Map<String, String> metadata(Map<String, Vocabulary> vocabularies) {
    Map<String, String> metadata = new TreeMap<>();
    vocabularies.forEach((name, vocabulary) -> metadata.put(PREFIX + name, vocabulary.toText()));
    return metadata;
  }

  /**
   * The vocabularies in some metadata, by name; there may be other entries.
   *
   * @param where for errors
   * @throws dev.merapi.train.data.DataException when one is damaged
   */
  static Map<String, Vocabulary> of(String where, Map<String, String> metadata) {
    Map<String, Vocabulary> vocabularies = new LinkedHashMap<>();
    metadata.forEach(
        (key, text) -> {
          if (key.startsWith(PREFIX)) {
            String name = key.substring(PREFIX.length());
            vocabularies.put(name, Vocabulary.parse(where + ": " + key, text));
          }
        });
    return vocabularies;
  }
}
