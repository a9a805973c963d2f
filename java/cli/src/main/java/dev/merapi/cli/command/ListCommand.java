package dev.merapi.cli.command;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.UsageException;
import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Option;
import dev.merapi.cli.yaml.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code merapi list KIND}. */
@Command(name = "list", description = "Lists what job files can name, with options and defaults.")
public final class ListCommand extends ReportingCommand {
  private static final String JOBS = "jobs";

  private final Reference reference = new Reference();

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description =
          "jobs, models, layers, merges, activations, initializers, losses, optimizers, schedules,"
              + " clips, penalties, constraints, metrics, ops, datasets,"
              + " augmentations or normalizers.")
  private String kind;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "One of them, to be shown with its formula, options and source.")
  private String name;

  @Override
  public Integer call() {
    List<Map<String, Object>> items = kind.equals(JOBS) ? jobs() : alternatives();
    if (name != null) {
      Map<String, Object> item = named(items);
      String text = kind.equals(JOBS) ? Jobs.text(name) : reference.entry(kind, name);
      report(Map.of(kind, List.of(item)), text);
      return 0;
    }
    report(
        Map.of(kind, items),
        items.stream().map(ListCommand::line).collect(Collectors.joining(System.lineSeparator())));
    return 0;
  }

  private Map<String, Object> named(List<Map<String, Object>> items) {
    List<String> names = items.stream().map(item -> item.get("name").toString()).toList();
    if (!names.contains(name)) {
      throw new UsageException("no '%s' among the %s%s", name, kind, Suggestion.of(name, names));
    }
    return items.get(names.indexOf(name));
  }

  private static List<Map<String, Object>> jobs() {
    List<Map<String, Object>> items = new ArrayList<>();
    for (String name : Jobs.builtIn()) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("name", name);
      item.put("description", Jobs.text(name).lines().findFirst().orElse("").replace("# ", ""));
      items.add(item);
    }
    return items;
  }

  private List<Map<String, Object>> alternatives() {
    for (Kind known : Kinds.ALL) {
      if (known.name().equals(kind)) {
        return Kinds.registry().alternatives(known).values().stream().map(this::item).toList();
      }
    }
    List<String> names =
        Stream.concat(Stream.of(JOBS), Kinds.ALL.stream().map(Kind::name)).toList();
    throw new UsageException("unknown kind '%s'%s", kind, Suggestion.of(kind, names));
  }

  private Map<String, Object> item(Alternative alternative) {
    List<Map<String, Object>> options = new ArrayList<>();
    for (Option option : alternative.options()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", option.name());
      map.put("type", option.typeName());
      if (option.hasDefault()) {
        map.put("default", option.defaultText());
      }
      options.add(map);
    }
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", alternative.name());
    item.put("description", reference.summary(kind, alternative.name()));
    item.put("signature", alternative.name() + alternative.signature());
    item.put("options", options);
    return item;
  }

  private static String line(Map<String, Object> item) {
    return "%-22s %s".formatted(item.get("name"), item.get("description")).stripTrailing();
  }
}
