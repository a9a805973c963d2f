package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextCsvTest {
  @TempDir private Path root;

  private DataDirectories write(String file, String text) throws IOException {
    Files.writeString(root.resolve(file), text);
    return new DataDirectories(List.of(root));
  }

  private static List<String> texts(WordDataset data) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      HostTensor input = HostTensor.zeros(data.inputType());
      HostTensor target = HostTensor.zeros(data.targetType());
      data.copy(i, input.bytes(), target.bytes());
      StringBuilder text = new StringBuilder(data.classNames().get((int) target.item()) + ":");
      for (double number : input.toDoubleArray()) {
        text.append(' ')
            .append(
                number < 4
                    ? List.of("-", "?").get((int) number)
                    : data.words().get((int) number - 4));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void columnsOfACsvFile() throws IOException {
    write("mails.csv", "id,kind,text\n1,spam,\"Buy, buy now\"\n2,ham,\"said \"\"buy\"\"\"\n");
    DataDirectories where = write("new.csv", "id,kind,text\n3,spam,now or never\n");
    TextCsv source = new TextCsv("mails.csv", "new.csv", true, "text", "kind", 12, 3);
    WordDataset train = source.open("train", where);
    assertThat(train.classNames()).containsExactly("ham", "spam");
    assertThat(texts(train)).containsExactly("spam: buy buy now", "ham: said buy -");
    assertThat(texts(source.open("test", where))).containsExactly("spam: now ? ?");
    assertThat(source.splits()).containsExactly("train", "test");
    assertThat(new TextCsv("mails.csv", 10, 3).splits()).containsExactly("train");
  }

  /** A quote that is not closed would swallow lines if it were one. */
  @Test
  void tabsSeparateWithoutQuotes() throws IOException {
    DataDirectories where = write("mails.tsv", "say \"yes, and go\tgood\nno\tbad\n");
    TextCsv source = new TextCsv("mails.tsv", "", false, "0", "1", 10, 4);
    assertThat(texts(source.open("train", where)))
        .containsExactly("good: say yes and go", "bad: no - - -");
    write("numbers.tsv", "a\tb\n1.5\tx\n2\ty\n");
    assertThat(new Csv("numbers.tsv").open("train", where).size()).isEqualTo(2);
  }

  @Test
  void mistakesAreNamed() throws IOException {
    DataDirectories where = write("mails.csv", "text,kind\nhello,good\n,bad\n");
    assertThatThrownBy(() -> new TextCsv("mails.csv", 10, 3).open("train", where))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("mails.csv:3, column text: expected a text, found ''");
    write("mails.csv", "text,kind\nhello,good\nbye,bad\n");
    assertThatThrownBy(
            () -> new TextCsv("mails.csv", "", true, "kind", "-1", 9, 3).open("train", where))
        .hasMessageContaining("the text and the target in different columns, found both in kind");
    assertThatThrownBy(
            () -> new TextCsv("mails.csv", "", true, "words", "-1", 9, 3).open("train", where))
        .hasMessageContaining("expected a text column among [text, kind], found words");
    write("new.csv", "text,kind\nwell,meh\n");
    assertThatThrownBy(
            () -> new TextCsv("mails.csv", "new.csv", true, "0", "1", 9, 3).open("test", where))
        .hasMessageContaining("expected one of the classes [bad, good], found 'meh'");
    assertThatThrownBy(() -> new TextCsv("mails.csv", 4, 3)).hasMessageContaining("words");
  }
}
