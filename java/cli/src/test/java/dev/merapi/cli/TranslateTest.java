package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The translation jobs, small and on made-up sentences. */
class TranslateTest {
  private static final List<String> DATA =
      List.of(
          "data.train.dataset={number-words: {samples: 600, digits: 3}}",
          "data.validation=null",
          "data.test.dataset={number-words: {samples: 600, digits: 3}}",
          "data.batch=16",
          "loss={softmaxCrossEntropy: {ignoreIndex: 0}}",
          "schedule=constant");

  @TempDir private Path folder;

  private Cli.Result run(List<String> settings, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    for (String setting : settings) {
      all.add("--set");
      all.add(setting);
    }
    return Cli.in(folder).run(all.toArray(String[]::new));
  }

  private static List<String> with(String... model) {
    List<String> settings = new ArrayList<>(DATA);
    settings.addAll(List.of(model));
    return settings;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seq2seq | {attention: dotAttention, embedding: 16, hidden: 32, dropout: 0} | 0.01 | 8",
        "transformer | {features: 32, heads: 2, layers: 1, feedForward: 64, dropout: 0} | 0.006 | 10"
      })
  void translatesWhatItLearned(String job, String sizes, String rate, String epochs)
      throws IOException {
    List<String> settings =
        with(
            "model={" + job + ": " + sizes + "}",
            "optimizer={adam: {learningRate: " + rate + "}}",
            "epochs=" + epochs);
    JsonNode trained = run(settings, "train", job, "--json").json();
    assertThat(trained.get("test_loss").asDouble()).isLessThan(0.1);

    JsonNode greedy = run(settings, "eval", job, "--beam", "1", "--json").json();
    assertThat(greedy.get("test_loss").asDouble()).isEqualTo(trained.get("test_loss").asDouble());
    assertThat(greedy.get("test_bleu").asDouble()).isEqualTo(0); // no sentence has four words
    Cli.Result texts = run(settings, "translate", job, "4 0 7", "1", "3 9");
    assertThat(texts.out().lines()).containsExactly("seven zero four", "one", "nine three");

    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream("4 0 7\n1\n".getBytes(StandardCharsets.UTF_8)));
      JsonNode json = run(settings, "translate", job, "--beam", "1", "--json").json();
      assertThat(json.get("translations").toString()).isEqualTo("[\"seven zero four\",\"one\"]");
      assertThat(json.get("job").asText()).isEqualTo(job);
    } finally {
      System.setIn(before);
    }
  }

  /** The attention's matrix, and the layer that combines what it gives with the state. */
  @Test
  void attentionMayBeLeftOut() throws IOException {
    JsonNode with = run(DATA, "inspect", "seq2seq", "--json").json();
    List<String> plain = with("model.seq2seq.attention=null");
    JsonNode without = run(plain, "inspect", "seq2seq", "--json").json();
    assertThat(with.get("parameters").asInt() - without.get("parameters").asInt())
        .isEqualTo(256 * 256 + 256 * 512);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(run(DATA, "translate", "seq2seq", "--beam", "0", "1").err())
        .contains("expected --beam of at least 1 and --length-penalty of at least 0, found 0");
    assertThat(run(DATA, "translate", "seq2seq", "1").err()).contains("no finished run under ");
    assertThat(Cli.in(folder).run("train", "xor", "--epochs", "1", "--out", "it").code()).isZero();
    assertThat(Cli.in(folder).run("translate", "xor", "--from", "it", "1").err())
        .contains("job xor is trained on no pairs of sentences, expected one that translates");
  }
}
