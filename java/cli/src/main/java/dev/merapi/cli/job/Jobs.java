package dev.merapi.cli.job;

import dev.merapi.cli.registry.Registry;
import dev.merapi.cli.yaml.RecordMapper;
import dev.merapi.cli.yaml.Suggestion;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.cli.yaml.TreeEditor;
import dev.merapi.cli.yaml.YamlReader;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ScanResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds jobs: files, and the built-in ones, which are resources in the package's {@code jobs}. */
public final class Jobs {
  private static final String FOLDER = "dev/merapi/cli/jobs";
  private static final Pattern FILE = Pattern.compile("(?:.*/)?([^/]+)\\.ya?ml");

  private final Registry registry;
  private final Path directory;

  /**
   * Jobs with the alternatives of a registry.
   *
   * @param directory what relative files are relative to
   */
  public Jobs(Registry registry, Path directory) {
    this.registry = registry;
    this.directory = directory;
  }

  /** The names of the built-in jobs, in alphabetical order. */
  public static List<String> builtIn() {
    try (ScanResult scan = new ClassGraph().acceptPathsNonRecursive(FOLDER).scan()) {
      return scan.getResourcesWithExtension("yaml").getPaths().stream()
          .map(path -> FILE.matcher(path).replaceFirst("$1"))
          .sorted()
          .toList();
    }
  }

  /** The text of a built-in job. */
  public static String text(String builtIn) {
    String path = "/" + FOLDER + "/" + builtIn + ".yaml";
    try (InputStream resource = Jobs.class.getResourceAsStream(path)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a job.
   *
   * @param job the path of a YAML file, or the name of a built-in job
   * @param settings {@code key=value}, made in this order before the job is mapped
   * @throws UsageException when there is no such job
   * @throws dev.merapi.cli.yaml.YamlException when the job or a setting is wrong
   */
  public LoadedJob load(String job, List<String> settings) {
    return load(name(job), tree(job, settings));
  }

  /** The name of a built-in job, or of a file without its ending. */
  public static String name(String job) {
    Matcher file = FILE.matcher(job);
    return file.matches() ? file.group(1) : job;
  }

  /** A job as it is written, with settings, before it is mapped; see {@link #load}. */
  public Tree tree(String job, List<String> settings) {
    boolean file = FILE.matcher(job).matches();
    String text = file ? read(directory.resolve(job)) : builtInText(job);
    Tree tree = YamlReader.read(file ? job : job + ".yaml (built in)", text);
    TreeEditor editor = new TreeEditor(registry);
    for (String setting : settings) {
      tree = editor.set(tree, Job.class, setting);
    }
    return tree;
  }

  /**
   * A copy of a job with one key set.
   *
   * @param value knows its place, which errors name
   */
  public Tree set(Tree job, String key, Tree value) {
    return new TreeEditor(registry).set(job, Job.class, key, value);
  }

  /**
   * Maps a job.
   *
   * @throws dev.merapi.cli.yaml.YamlException when it is wrong
   */
  public LoadedJob load(String name, Tree tree) {
    RecordMapper mapper = new RecordMapper(registry);
    return new LoadedJob(name, mapper.map(tree, Job.class, ""), mapper);
  }

  private static String read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("no job file %s", file);
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UsageException("job file %s is no UTF-8 text", file);
    } catch (IOException e) {
      throw new UsageException("job file %s cannot be read: %s", file, e.getMessage());
    }
  }

  private static String builtInText(String job) {
    List<String> names = builtIn();
    if (!names.contains(job)) {
      throw new UsageException(
          "unknown job '%s'%s (a job file's name ends in .yaml)", job, Suggestion.of(job, names));
    }
    return text(job);
  }
}
