package dev.merapi.cli.command;

import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.UsageException;
import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Registry;
import dev.merapi.cli.yaml.Location;
import dev.merapi.cli.yaml.RecordMapper;
import dev.merapi.cli.yaml.Suggestion;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.io.Fetcher;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code merapi fetch DATASET}: the only command that uses the network. */
@Command(
    name = "fetch",
    description = "Downloads a data set from its published address and checks its SHA-256.")
public final class FetchCommand extends ReportingCommand {
  @Parameters(index = "0", paramLabel = "DATASET", description = "mnist, cifar10, ...")
  private String name;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where to put it; default: the user's cache.")
  private Path data;

  private final Surroundings surroundings;

  /** The command in some surroundings. */
  public FetchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    DatasetSource source = source();
    Path folder =
        data == null
            ? DataDirectories.usual(null, surroundings.environment()).cache()
            : surroundings.directory().resolve(data);
    Fetcher fetcher = new Fetcher(folder, line -> err().println(line));
    List<String> files = fetcher.fetch(source).stream().map(Path::toString).toList();
    report(Map.of("files", files), String.join(System.lineSeparator(), files));
    return 0;
  }

  private DatasetSource source() {
    Registry registry = Kinds.registry();
    RecordMapper mapper = new RecordMapper(registry);
    Map<String, DatasetSource> published = new TreeMap<>();
    for (Alternative found : registry.alternatives(Kinds.DATASETS).values()) {
      if (found.hasOnlyDefaults()) {
        Tree tree = new Tree.Scalar(new Location("fetch", 0), found.name());
        DatasetSource source = mapper.map(tree, DatasetSource.class, "dataset");
        if (!source.downloads().isEmpty()) {
          published.put(found.name(), source);
        }
      }
    }
    if (!published.containsKey(name)) {
      throw new UsageException(
          "no data set '%s' to download%s", name, Suggestion.of(name, published.keySet()));
    }
    return published.get(name);
  }
}
