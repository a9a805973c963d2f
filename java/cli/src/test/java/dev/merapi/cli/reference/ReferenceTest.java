package dev.merapi.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Option;
import dev.merapi.cli.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code java/REFERENCE.md} says of all that job files can name what it is. */
class ReferenceTest {
  private static final Path FILE = Path.of("../REFERENCE.md");
  private static final Registry REGISTRY = Kinds.registry();
  private static final SourceDocs DOCS =
      new SourceDocs(
          Stream.of("core", "nn", "train", "cli")
              .map(m -> Path.of("..", m, "src/main/java"))
              .toList());

  /** Kinds whose entries are functions, which have formulas. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "activations",
          "losses",
          "optimizers",
          "schedules",
          "clips",
          "penalties",
          "constraints",
          "normalizers");

  /** Kinds whose entries are somebody's invention or a library's convention. */
  private static final Set<String> SOURCED =
      Set.of(
          "models",
          "layers",
          "activations",
          "losses",
          "optimizers",
          "schedules",
          "clips",
          "penalties",
          "constraints",
          "merges",
          "metrics",
          "augmentations",
          "normalizers");

  @Test
  void isUpToDate() throws IOException {
    String text = ReferenceText.of(REGISTRY, DOCS);
    if (Boolean.getBoolean("merapi.reference.write")) {
      Files.writeString(FILE, text);
    }
    assertThat(FILE).hasContent(text);
  }

  @TestFactory
  Stream<DynamicTest> saysWhatEverythingIs() {
    return REGISTRY.kinds().stream()
        .flatMap(
            kind ->
                REGISTRY.alternatives(kind).values().stream()
                    .filter(alternative -> DOCS.has(alternative.type()))
                    .map(
                        alternative ->
                            dynamicTest(
                                kind.name() + " " + alternative.name(),
                                () -> requireComplete(kind, alternative))));
  }

  private static void requireComplete(Kind kind, Alternative alternative) {
    SourceDocs.Doc doc = DOCS.of(alternative.type());
    assertThat(doc.description()).as("Javadoc").isNotEmpty();
    if (!kind.name().equals("ops")) {
      List<String> options = alternative.options().stream().map(Option::name).toList();
      assertThat(doc.parameters().keySet()).as("@param").containsAll(options);
    }
    if (FUNCTIONS.contains(kind.name())) {
      assertThat(doc.description()).as("formula").containsAnyOf("=", "```");
    }
    if (SOURCED.contains(kind.name())) {
      assertThat(doc.description()).as("source").containsPattern("Source:\\s");
    }
  }
}
