package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A translation job on files of one's own, in subwords and buckets. */
class SentencePairsTest {
  private static final String PAIRS =
      "{sentence-pairs: {train: texts/a, test: texts/t, source: en, target: fr, tokens: subwords,"
          + " vocabulary: 300, length: 12, buckets: [6, 9]}}";

  @TempDir private Path folder;

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve("cache/merapi/texts").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Cli.Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    for (String setting :
        List.of(
            "data.train.dataset=" + PAIRS,
            "data.validation=null",
            "data.test.dataset=" + PAIRS,
            "data.batch=8",
            "model={seq2seq: {embedding: 4, hidden: 8, dropout: 0}}")) {
      all.addAll(List.of("--set", setting));
    }
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Cli.Result result = run(all.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    return result.json();
  }

  @Test
  void whatWasLearnedNeedsTheTrainingSentencesNoMore() throws IOException {
    write("a.en", "a cat\na black dog is here\nthe cat and the dog are there now\n".repeat(7));
    write("a.fr", "un chat\nun chien noir est ici\nle chat et le chien y sont\n".repeat(7));
    write("t.en", "the cat is here\na bird\n");
    write("t.fr", "le chat est ici\nun oiseau\n");
    JsonNode trained = json("train", "seq2seq", "--epochs", "2", "--out", "run");
    assertThat(trained.get("steps").asInt()).isEqualTo(2 * 3);
    JsonNode before = json("eval", "seq2seq", "--from", "run");
    assertThat(before.get("test_loss").asDouble())
        .isEqualTo(trained.get("test_loss").asDouble())
        .isPositive();
    String[] translate = {"translate", "seq2seq", "--from", "run", "the black bird"};
    String translation = json(translate).get("translations").toString();

    write("a.en", "other words\n");
    assertThat(run("train", "seq2seq", "--epochs", "3", "--out", "run", "--resume").err())
        .contains("a.fr: expected a line for each of a.en, found 21 and 1");
    write("a.fr", "d'autres mots\n");
    assertThat(run("train", "seq2seq", "--epochs", "3", "--out", "run", "--resume").err())
        .contains("+ vocabulary.source: other tokens than those of the checkpoint");
    Files.delete(folder.resolve("cache/merapi/texts/a.en"));
    assertThat(json("eval", "seq2seq", "--from", "run")).isEqualTo(before);
    assertThat(json(translate).get("translations").toString()).isEqualTo(translation);
  }
}
