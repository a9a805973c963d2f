package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * About 40,000 lines of Shakespeare's plays, 1,115,394 characters of 65 kinds, as pieces of one
 * length: the first 90 % for training, the last 10 % for validation. Inputs I32 [length], targets
 * the next characters; see {@link TextDataset}.
 *
 * <p>Source: Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015. File
 * {@code input.txt} in the folder {@code tinyshakespeare}, plain or with {@code .gz}.
 *
 * @param length characters in a piece
 */
public record Tinyshakespeare(@Default("64") int length) implements DatasetSource {
  private static final String PUBLISHED =
      "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/";

  public Tinyshakespeare {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, found " + length);
    }
  }

  @Override
  public String name() {
    return "tinyshakespeare";
  }

  @Override
  public List<String> splits() {
    return List.of("train", "validation");
  }

  @Override
  public List<Download> downloads() {
    return List.of(
        Download.file(
            PUBLISHED + "input.txt",
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"));
  }

  @Override
  public TextDataset open(String split, DataDirectories where) {
    requireSplit(split);
    DataFile file = new DataFile(where.require(name(), "input.txt"));
    String text = new String(file.read(in -> in.readAllBytes()), StandardCharsets.UTF_8);
    int middle = (int) (text.length() * 9L / 10);
    String part = split.equals("train") ? text.substring(0, middle) : text.substring(middle);
    return new TextDataset(file.path() + " " + split, part, TextDataset.vocabularyOf(text), length);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return Optional.ofNullable(learned.get(Vocabulary.TEXT))
        .map(vocabulary -> TextDataset.empty(name(), vocabulary, length));
  }
}
