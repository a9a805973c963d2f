package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The published files, which are looked for in {@code MERAPI_DATA} only. */
class RealDataTest {
  private DataDirectories where;

  @BeforeEach
  void findData() {
    String folder = System.getenv("MERAPI_DATA");
    if (folder == null) {
      if (Boolean.getBoolean("merapi.data.required")) {
        fail("MERAPI_DATA is not set, and merapi.data.required is true");
      }
      abort("MERAPI_DATA is not set");
    }
    where = new DataDirectories(List.of(Path.of(folder)));
  }

  /** How many samples have each label. */
  private static int[] labels(Dataset data) {
    int[] counts = new int[data.classes()];
    ByteBuffer input = ByteBuffer.allocate((int) data.inputType().bytes());
    ByteBuffer target = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
    for (int i = 0; i < data.size(); i++) {
      data.copy(i, input.clear(), target.clear());
      counts[target.getInt(0)]++;
    }
    return counts;
  }

  @Test
  void mnistHasItsKnownLabels() {
    assertThat(labels(new Mnist().open("train", where)))
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(labels(new Mnist().open("test", where)))
        .containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
  }

  @Test
  void tinyshakespeareHas65Characters() {
    TextDataset train = new Tinyshakespeare(64).open("train", where);
    TextDataset validation = new Tinyshakespeare(64).open("validation", where);
    assertThat(train.vocabulary())
        .startsWith("\n !$&',-.3:;?ABC")
        .endsWith("xyz")
        .isEqualTo(validation.vocabulary());
    assertThat(train.classes()).isEqualTo(65);
    assertThat(train.size()).isEqualTo(1_003_853 / 64);
    assertThat(validation.size()).isEqualTo((111_540 - 1) / 64);
  }

  @Test
  void multi30kIsWrittenWithoutUnknownSubwords() {
    PairedSentences test =
        new Multi30k(Tokens.SUBWORDS, 8000, 60, List.of(15, 20, 30)).open("test", where);
    Vocabulary target = test.vocabularies().get("target");
    assertThat(target.size()).isEqualTo(8000);
    assertThat(target.tokens()).contains(" homme", " femme", " d'");
    long tokens = 0;
    for (String text : test.targets()) {
      int[] encoded = target.encode(text);
      assertThat(target.decode(encoded)).isEqualTo(text);
      tokens += encoded.length;
    }
    // few words are cut
    assertThat(tokens / (double) test.size()).isBetween(13.0, 17.0);
  }

  @Test
  void rtPolarityHasAsManySentencesOfEachKind() {
    int[] train = labels(new RtPolarity().seed(1).open("train", where));
    int[] test = labels(new RtPolarity().seed(1).open("test", where));
    assertThat(train[0] + test[0]).isEqualTo(5331);
    assertThat(train[1] + test[1]).isEqualTo(5331);
    assertThat(test[0] + test[1]).isEqualTo(1066);
  }

  @Test
  void multi30kHasItsKnownPairs() {
    Multi30k source = new Multi30k(10_000, 50);
    PairedSentences train = source.open("train", where);
    PairedSentences test = source.open("test", where);
    assertThat(train.size()).isEqualTo(29_000);
    assertThat(source.open("validation", where).size()).isEqualTo(1014);
    assertThat(test.size()).isEqualTo(1000);
    assertThat(train.sources().get(0))
        .isEqualTo("Two young, White males are outside near many bushes.");
    assertThat(train.targets().get(0))
        .isEqualTo("Deux jeunes hommes blancs sont dehors près de buissons.");
    assertThat(test.vocabularies()).isEqualTo(train.vocabularies());
    for (String text : train.targets()) {
      assertThat(Tokens.WORDS.join(Tokens.WORDS.split(text))).isEqualTo(text);
    }
  }

  @Test
  void cifar10HasTenThousandImagesPerBatchFile() {
    Dataset train = new Cifar10().open("train", where);
    assertThat(train.size()).isPositive();
    assertThat(train.size() % 10_000).isZero();
    assertThat(train.description()).contains("batch file");
    assertThat(labels(new Cifar10().open("test", where))).doesNotContain(0);
  }
}
