package dev.merapi.cli.reference;

import dev.merapi.cli.job.Job;
import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Option;
import dev.merapi.cli.registry.Registry;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of {@code java/REFERENCE.md}: all that job files can name, as its Javadoc says it. */
final class ReferenceText {
  private static final String HEADER =
      """
      # Reference

      All that job files can name, with options, formulas and sources. It is made of the Javadoc of the
      classes; a test keeps it up to date and, with `-Dmerapi.reference.write=true`, writes it:
      `mvn test -pl java/cli -am -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
      -Dmerapi.reference.write=true`. `merapi list KIND NAME` shows an entry.

      An option without a default must be given. Ops are what layers, losses and optimizers in Java
      are made of.

      """;

  private final StringBuilder text = new StringBuilder(HEADER);
  private final SourceDocs docs;

  private ReferenceText(SourceDocs docs) {
    this.docs = docs;
  }

  static String of(Registry registry, SourceDocs docs) {
    ReferenceText reference = new ReferenceText(docs);
    reference.contents(registry);
    for (Kind kind : registry.kinds()) {
      reference.text.append("## ").append(title(kind.name())).append("\n\n");
      reference.alternatives(registry, kind).forEach(reference::entry);
    }
    reference.keys();
    reference.jobs();
    return reference.text.toString().strip() + "\n";
  }

  private Stream<Alternative> alternatives(Registry registry, Kind kind) {
    return registry.alternatives(kind).values().stream().filter(a -> docs.has(a.type()));
  }

  private static String title(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private void contents(Registry registry) {
    for (Kind kind : registry.kinds()) {
      contents(
          kind.name(),
          alternatives(registry, kind).map(Alternative::name).collect(Collectors.joining("`, `")));
    }
    contents(
        "keys",
        Option.of(Job.class).stream().map(Option::name).collect(Collectors.joining("`, `")));
    contents("jobs", String.join("`, `", Jobs.builtIn()));
    text.append("\n");
  }

  private void contents(String name, String alternatives) {
    text.append("- [%s](#%s): `%s`\n".formatted(title(name), name, alternatives));
  }

  private void entry(Alternative alternative) {
    SourceDocs.Doc doc = docs.of(alternative.type());
    text.append("### `%s`\n\n%s\n\n".formatted(alternative.name(), doc.description()));
    if (alternative.options().isEmpty()) {
      return;
    }
    text.append("| option | default | |\n|---|---|---|\n");
    for (Option option : alternative.options()) {
      String meaning = doc.parameters().getOrDefault(option.name(), "").replaceAll("\\s+", " ");
      String value = option.hasDefault() ? "`" + option.defaultText() + "`" : "";
      text.append(
          "| `%s` (%s) | %s | %s |\n"
              .formatted(option.name(), option.typeName(), value, meaning.replace("|", "\\|")));
    }
    text.append("\n");
  }

  /** A job file's own keys, and those of its parts that are not chosen by name. */
  private void keys() {
    text.append("## Keys\n\n");
    entry(new Alternative("job", Job.class));
    for (Option option : Option.of(Job.class)) {
      if (option.type() instanceof Class<?> type && type.isRecord() && docs.has(type)) {
        entry(new Alternative(option.name(), type));
      }
    }
  }

  private void jobs() {
    text.append("## Jobs\n\n");
    for (String job : Jobs.builtIn()) {
      text.append("### `%s`\n\n```yaml\n%s\n```\n\n".formatted(job, Jobs.text(job).strip()));
    }
  }
}
