package dev.merapi.train.data;

import dev.merapi.nn.Default;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A text of one's own as pieces of one length, for a character model: the first part for training,
 * the last for validation. Inputs I32 [length], targets the next characters; see {@link
 * TextDataset}.
 *
 * <p>A relative path is looked for in the working directory and then in the data folders. Source:
 * Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015.
 *
 * @param file UTF-8 text, plain or with {@code .gz}
 * @param validation the share of the split {@code validation}, above 0 and below 1
 * @param length characters in a piece
 */
public record TextFile(String file, @Default("0.1") double validation, @Default("64") int length)
    implements DatasetSource {
  public TextFile {
    if (!(validation > 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation must be above 0 and below 1, found " + validation);
    }
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, found " + length);
    }
  }

  @Override
  public String name() {
    return "text-file";
  }

  @Override
  public List<String> splits() {
    return List.of("train", "validation");
  }

  @Override
  public TextDataset open(String split, DataDirectories where) {
    requireSplit(split);
    DataFile found = new DataFile(where.locate(file));
    String text = found.text(StandardCharsets.UTF_8);
    int middle = (int) Math.round(text.length() * (1 - validation));
    String part = split.equals("train") ? text.substring(0, middle) : text.substring(middle);
    String title = found.path().getFileName() + " " + split;
    return new TextDataset(title, part, TextDataset.vocabularyOf(text), length);
  }

  @Override
  public Optional<Dataset> empty(Map<String, Vocabulary> learned) {
    return Optional.ofNullable(learned.get(Vocabulary.TEXT))
        .map(vocabulary -> TextDataset.empty(name(), vocabulary, length));
  }
}
