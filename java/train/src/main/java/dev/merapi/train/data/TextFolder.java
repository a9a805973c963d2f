package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Classified texts as the numbers of their words: inputs I32 [length], labels by the classes' names
 * in alphabetical order; see {@link WordDataset}.
 *
 * <p>A folder has a folder of {@code .txt} files for each class, or a file for each class with a
 * text in each line, such as {@code rt-polarity.pos} and {@code rt-polarity.neg}. Words are runs of
 * letters and digits in lower case. The most frequent ones of the training texts have the numbers
 * from 4 on; 1 is any other word, and 0 fills a text that is too short; of longer texts the first
 * words count. A relative path is looked for in the working directory and then in the data folders.
 * Source: Keras's {@code text_dataset_from_directory} and {@code TextVectorization}.
 *
 * @param train the folder of the split {@code train}
 * @param test the folder of the split {@code test}, with no other classes; empty for none
 * @param words how many numbers there are, the four of no known word included: the vocabulary of
 *     the embedding behind
 * @param length words of a text
 * @param encoding of the files
 */
public record TextFolder(
    String train,
    @Default("''") String test,
    @Default("10000") int words,
    @Default("100") int length,
    @Default("utf-8") String encoding)
    implements DatasetSource {
  public TextFolder {
    WordDataset.requireSizes(words, length);
    if (!encoding.matches("[\\w.:+-]+") || !Charset.isSupported(encoding)) {
      throw new IllegalArgumentException(
          "encoding must be one such as utf-8 or iso-8859-1, found " + encoding);
    }
  }

  /** Texts in UTF-8, without a test folder. */
  public TextFolder(String train, int words, int length) {
    this(train, "", words, length, "utf-8");
  }

  @Override
  public String name() {
    return "text-folder";
  }

  @Override
  public List<String> splits() {
    return test.isEmpty() ? List.of("train") : List.of("train", "test");
  }

  @Override
  public WordDataset open(String split, DataDirectories where) {
    requireSplit(split);
    Charset charset = Charset.forName(encoding);
    ClassTexts trained = ClassTexts.read(where.locate(train), charset, null);
    Vocabulary vocabulary = Vocabulary.of(Tokens.PLAIN_WORDS, trained.texts(), words);
    ClassTexts texts =
        split.equals("train")
            ? trained
            : ClassTexts.read(where.locate(test), charset, trained.classes());
    return new WordDataset(texts, vocabulary, length);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return WordDataset.empty(name(), learned, length);
  }
}
