package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Classified texts from two columns of a table, as the numbers of their words: inputs I32 [length],
 * labels by the classes' names; see {@link WordDataset}.
 *
 * <p>The table is a CSV file (RFC 4180) or one with tabs, whose name ends in {@code .tsv}, in
 * UTF-8. Words and their numbers are as those of {@link TextFolder}; classes are as those of {@link
 * Csv}. A relative path is looked for in the working directory and then in the data folders.
 * Source: Keras's {@code TextVectorization}; RFC 4180; IANA, text/tab-separated-values.
 *
 * @param train the file of the split {@code train}
 * @param test the file of the split {@code test}, with no other classes; empty for none
 * @param header whether the first line names the columns
 * @param text the column of the texts: its name, or its number from 0 on; -1 is the last one
 * @param target the column of the classes, in the same way
 * @param words how many numbers there are, the four of no known word included: the vocabulary of
 *     the embedding behind
 * @param length words of a text
 */
public record TextCsv(
    String train,
    @Default("''") String test,
    @Default("true") boolean header,
    @Default("'0'") String text,
    @Default("'-1'") String target,
    @Default("10000") int words,
    @Default("100") int length)
    implements DatasetSource {
  public TextCsv {
    WordDataset.requireSizes(words, length);
  }

  /** With a header, texts in the first column and classes in the last, without a test file. */
  public TextCsv(String train, int words, int length) {
    this(train, "", true, "0", "-1", words, length);
  }

  @Override
  public String name() {
    return "text-csv";
  }

  @Override
  public List<String> splits() {
    return test.isEmpty() ? List.of("train") : List.of("train", "test");
  }

  @Override
  public WordDataset open(String split, DataDirectories where) {
    requireSplit(split);
    CsvTable trained = CsvTable.read(where.locate(train), header);
    int label = trained.column("a target", target);
    List<String> classes = trained.classNames(label);
    ClassTexts texts = texts(trained, label, classes);
    Vocabulary vocabulary = Vocabulary.of(Tokens.PLAIN_WORDS, texts.texts(), words);
    if (!split.equals("train")) {
      CsvTable table = CsvTable.read(where.locate(test), header);
      table.requireColumnsOf(trained);
      texts = texts(table, label, classes);
    }
    return new WordDataset(texts, vocabulary, length);
  }

  private ClassTexts texts(CsvTable table, int label, List<String> classes) {
    int column = table.column("a text", text);
    if (column == label) {
      throw new DataException(
          table.file()
              + ": expected the text and the target in different columns, found both in "
              + table.names().get(label));
    }
    List<String> texts = new ArrayList<>();
    int[] labels = new int[table.rows().size()];
    for (int row = 0; row < labels.length; row++) {
      texts.add(table.text(row, column));
      labels[row] = table.label(row, label, classes);
    }
    return new ClassTexts(table.file().getFileName().toString(), texts, labels, classes);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return WordDataset.empty(name(), learned, length);
  }
}
