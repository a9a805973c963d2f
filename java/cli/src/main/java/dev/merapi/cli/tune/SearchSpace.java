package dev.merapi.cli.tune;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.yaml.Location;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.cli.yaml.YamlException;
import dev.merapi.cli.yaml.YamlReader;
import dev.merapi.cli.yaml.YamlWriter;
import dev.merapi.train.search.Space;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of a job that are searched over, in the order in which they are set.
 *
 * @param variables at least one, of different keys
 */
public record SearchSpace(List<Variable> variables) {
  public SearchSpace {
    variables = List.copyOf(variables);
  }

  /**
   * Reads the keys of a file's text, and those of the command line.
   *
   * @param source the file's name for errors
   * @param text a mapping from keys to distributions; may be null
   * @param vary {@code key=distribution}
   * @throws YamlException when one is wrong or there is none
   */
  public static SearchSpace read(String source, String text, List<String> vary) {
    Map<String, Variable> found = new LinkedHashMap<>();
    if (text != null) {
      Tree tree = YamlReader.read(source, text);
      if (!(tree instanceof Tree.Mapping mapping)) {
        throw new YamlException(
            tree.at(), "expected keys with distributions, found %s", tree.describe());
      }
      mapping.entries().forEach((key, entry) -> found.put(key, Variable.of(key, entry)));
    }
    for (String setting : vary) {
      Location at = new Location("--vary " + setting, 0);
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new YamlException(at, "expected key=distribution");
      }
      String key = setting.substring(0, equals);
      Tree value = YamlReader.readInline(at.source(), setting.substring(equals + 1));
      if (found.put(key, Variable.of(key, new Tree.Entry(at, value))) != null) {
        throw new YamlException(at, "key '%s' is there twice", key);
      }
    }
    if (found.isEmpty()) {
      throw new YamlException(
          new Location(source, 0), "expected at least one key with a distribution, found none");
    }
    return new SearchSpace(List.copyOf(found.values()));
  }

  /** The distributions. */
  public Space space() {
    return new Space(variables.stream().map(Variable::distribution).toList());
  }

  /** The values at a point, by key. */
  public Map<String, Tree> at(List<Double> point) {
    List<Double> numbers = space().values(point);
    Map<String, Tree> values = new LinkedHashMap<>();
    for (int i = 0; i < numbers.size(); i++) {
      values.put(variables.get(i).key(), variables.get(i).value(numbers.get(i)));
    }
    return values;
  }

  /** The values at a point as plain objects, by key. */
  public Map<String, Object> parameters(List<Double> point) {
    Map<String, Object> plain = new LinkedHashMap<>();
    at(point).forEach((key, value) -> plain.put(key, YamlWriter.plain(value)));
    return plain;
  }

  /** The job at a point. */
  public Tree set(Jobs jobs, Tree job, List<Double> point) {
    Tree changed = job;
    for (Map.Entry<String, Tree> value : at(point).entrySet()) {
      changed = jobs.set(changed, value.getKey(), value.getValue());
    }
    return changed;
  }

  /**
   * Requires that the job has the keys, that their values are of the right type, and that no key
   * undoes another one.
   *
   * @throws YamlException when that is not so; it names the key and its place
   */
  public void require(Jobs jobs, Tree job) {
    for (Variable variable : variables) {
      for (Tree example : variable.examples()) {
        jobs.load("", jobs.set(job, variable.key(), example));
      }
    }
    List<Variable> before = new ArrayList<>();
    for (Variable second : variables) {
      for (Variable first : before) {
        if (exclude(jobs, job, first, second)) {
          throw new YamlException(
              second.at(),
              "%s and %s exclude each other: one sets what the other replaces",
              first.key(),
              second.key());
        }
      }
      before.add(second);
    }
  }

  /** Whether it matters which of two keys is set first. */
  private static boolean exclude(Jobs jobs, Tree job, Variable first, Variable second) {
    for (Tree a : first.examples()) {
      for (Tree b : second.examples()) {
        Tree forth = jobs.set(jobs.set(job, first.key(), a), second.key(), b);
        Tree back = jobs.set(jobs.set(job, second.key(), b), first.key(), a);
        if (!YamlWriter.plain(forth).equals(YamlWriter.plain(back))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The space as plain objects, to compare it. */
  public Map<String, Object> describe() {
    Map<String, Object> described = new LinkedHashMap<>();
    for (Variable variable : variables) {
      described.put(
          variable.key(),
          variable.choices().isEmpty()
              ? variable.distribution().toString()
              : variable.choices().stream().map(YamlWriter::plain).toList());
    }
    return described;
  }
}
