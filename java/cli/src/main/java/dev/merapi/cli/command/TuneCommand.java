package dev.merapi.cli.command;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.cli.tune.SearchSpace;
import dev.merapi.cli.tune.Trial;
import dev.merapi.cli.tune.TrialLog;
import dev.merapi.cli.tune.Tuner;
import dev.merapi.cli.yaml.Location;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.cli.yaml.YamlWriter;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.DivergedException;
import dev.merapi.train.io.AtomicFile;
import dev.merapi.train.plateau.Mode;
import dev.merapi.train.search.BayesianSearch;
import dev.merapi.train.search.GridSearch;
import dev.merapi.train.search.RandomSearch;
import dev.merapi.train.search.Search;
import dev.merapi.train.search.SuccessiveHalving;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi tune JOB}. */
@Command(
    name = "tune",
    description = {
      "Searches for the hyper-parameters with which a job does best on its validation data.",
      "",
      "The space is a YAML file of the job's keys, as --set takes them, and distributions:",
      "  optimizer.sgd.learningRate: {logUniform: [1e-4, 1]}",
      "  optimizer.sgd.momentum: {uniform: [0, 0.99]}",
      "  data.batch: {choice: [32, 64, 128]}",
      "  model.mlp.hidden: {choice: [[128], [512, 256]]}",
      "and integer and logInteger, whose bounds are values too. All trials have the job's seed. A"
          + " job without data.validation keeps a tenth of its training data for it.",
      "",
      "Writes trials.jsonl (what --resume goes on from), trials.csv, trials.png and best.yaml, a"
          + " job file for merapi train.",
      ""
    })
public final class TuneCommand extends JobCommand {
  private static final String VALIDATION_PART = "0.1";

  /** A strategy, as it is named on the command line. */
  enum Strategy {
    GRID,
    RANDOM,
    BAYESIAN
  }

  @Option(names = "--space", paramLabel = "FILE", description = "The space, a YAML file.")
  private Path spaceFile;

  @Option(
      names = "--vary",
      paramLabel = "KEY=DISTRIBUTION",
      description = "A key of the space: 'optimizer.sgd.learningRate={logUniform: [1e-4, 1]}'.")
  private List<String> vary = new ArrayList<>();

  @Option(
      names = "--search",
      paramLabel = "S",
      defaultValue = "bayesian",
      description =
          "grid, random, or bayesian: a Gaussian process and the expected improvement"
              + " (default: ${DEFAULT-VALUE}).")
  private Strategy strategy;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = "How many points to try (default: 20; of a grid all).")
  private Integer trials;

  @Option(
      names = "--grid-points",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many values a grid takes of each range (default: ${DEFAULT-VALUE}).")
  private int gridPoints;

  @Option(
      names = "--min-epochs",
      paramLabel = "N",
      description =
          "Successive halving: train all trials for N epochs, the best of them for R * N, and so"
              + " on to the job's epochs (default: all trials for all epochs).")
  private Integer minEpochs;

  @Option(
      names = "--reduction",
      paramLabel = "R",
      defaultValue = "3",
      description = "Of R trials one goes on (default: ${DEFAULT-VALUE}).")
  private int reduction;

  @Option(
      names = "--metric",
      paramLabel = "M",
      defaultValue = "validation_loss",
      description =
          "validation_loss, validation_accuracy, train_loss or another one of metrics.csv"
              + " (default: ${DEFAULT-VALUE}).")
  private String metric;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "Whether the metric's min or max is best; auto: min for losses and errors, else max.")
  private Mode mode;

  @Option(names = "--epochs", paramLabel = "N", description = "Of each trial, as for train.")
  private Integer epochs;

  @Option(names = "--seed", paramLabel = "N", description = "Of the search and of each trial.")
  private Long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write; default: the next free runs/JOB/tune/N.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the search in --out.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      description = "Go on with the search in --out, or the newest one; --trials may grow.")
  private boolean resume;

  /** A search that is about to run. */
  private record Plan(
      Jobs jobs, String name, Tree job, LoadedJob loaded, SearchSpace space, Tuner tuner) {}

  /** The command in some surroundings. */
  public TuneCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  List<String> shortcuts() {
    List<String> settings = new ArrayList<>();
    if (epochs != null) {
      settings.add("epochs=" + epochs);
    }
    if (seed != null) {
      settings.add("seed=" + seed);
    }
    return settings;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Plan plan = plan();
    Backends.Choice device = choose(plan.loaded());
    try (Interrupts interrupts = new Interrupts();
        Backend backend = device.open();
        RunFolder folder = openFolder(plan.name());
        TrialLog log =
            TrialLog.open(new TuneFolder(folder.path()).log(), plan.space(), settings(plan))) {
      TuneFolder files = new TuneFolder(folder.path());
      int before = log.trials().size();
      if (before > 0) {
        say("going on after %d trainings in %s".formatted(before, files.log()));
      }
      if (!search(plan, backend, files, log, interrupts)) {
        say("interrupted; go on with --resume --out " + files.path());
        return interrupts.exitCode();
      }
      return finish(plan, backend.device(), files, log.trials(), start);
    }
  }

  private Plan plan() throws IOException {
    if (resume && overwrite) {
      throw new UsageException("--resume goes on with a search and --overwrite replaces it");
    }
    if (trials != null && trials < 1) {
      throw new UsageException("--trials must be at least 1, found %d", trials);
    }
    Jobs jobs = jobs();
    String name = Jobs.name(job());
    Tree tree = jobs.tree(job(), settings());
    LoadedJob loaded = jobs.load(name, tree);
    String source = spaceFile == null ? "--space FILE or --vary KEY=DISTRIBUTION" : "" + spaceFile;
    SearchSpace space = SearchSpace.read(source, spaceText(), vary);
    space.require(jobs, tree);
    int all = loaded.options().epochs();
    try {
      Search search = strategy(space, loaded.options().seed());
      SuccessiveHalving halving =
          minEpochs == null
              ? SuccessiveHalving.none(all)
              : new SuccessiveHalving(minEpochs, all, reduction);
      int count = trials != null ? trials : search instanceof GridSearch grid ? grid.size() : 20;
      Tuner tuner = new Tuner(search, halving, count, mode.of(metric) == Mode.MAX);
      return new Plan(jobs, name, tree, loaded, space, tuner);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s", e.getMessage());
    }
  }

  private String spaceText() {
    if (spaceFile == null) {
      return null;
    }
    try {
      return Files.readString(resolve(spaceFile));
    } catch (IOException e) {
      throw new UsageException("space file %s cannot be read (%s)", resolve(spaceFile), e);
    }
  }

  private Search strategy(SearchSpace space, long seedOfJob) {
    return switch (strategy) {
      case GRID -> new GridSearch(space.space(), gridPoints);
      case RANDOM -> new RandomSearch(space.space(), seedOfJob);
      case BAYESIAN -> new BayesianSearch(space.space(), seedOfJob);
    };
  }

  private void say(String line) {
    err().println(line);
    err().flush();
  }

  /** What a search that goes on must share. */
  private Map<String, Object> settings(Plan plan) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("job", YamlWriter.plain(plan.job()));
    settings.put("space", plan.space().describe());
    settings.put("search", strategy.name().toLowerCase(Locale.ROOT));
    if (strategy == Strategy.GRID) {
      settings.put("grid_points", gridPoints);
    }
    settings.put("metric", metric);
    settings.put("mode", plan.tuner().maximize() ? "max" : "min");
    settings.put("rungs", plan.tuner().halving().rungs());
    settings.put("reduction", minEpochs == null ? 0 : reduction);
    return settings;
  }

  private RunFolder openFolder(String name) throws IOException {
    Path searches = resolve(Path.of("runs", name, "tune"));
    Path wanted = out != null ? resolve(out) : resume ? RunFolder.latest(searches) : null;
    if (wanted == null) {
      return RunFolder.next(searches);
    }
    if (resume && !new TuneFolder(wanted).isUsed()) {
      say(wanted + ": no search to go on with; starting afresh");
    }
    return TuneFolder.open(wanted, resume, overwrite);
  }

  /** Gives whether the search came to its end. */
  private boolean search(
      Plan plan, Backend backend, TuneFolder folder, TrialLog log, Interrupts interrupts) {
    Tree job = plan.job();
    if (plan.loaded().options().data().validation() == null && metric.startsWith("validation_")) {
      say("no data.validation: a tenth of the training data is kept for it");
      Location at = new Location("data.validation=" + VALIDATION_PART, 0);
      job = plan.jobs().set(job, "data.validation", new Tree.Scalar(at, VALIDATION_PART));
    }
    TrialTraining training =
        new TrialTraining(
            new TrialTraining.Search(plan.jobs(), plan.name(), job, plan.space(), metric),
            new TrialTraining.Surround(
                backend,
                dataDirectories(),
                folder.checkpoints(),
                surroundings().directory(),
                new Heartbeat(surroundings().environment(), err())));
    interrupts.onInterrupt(
        () -> {
          training.stop();
          say("stopping after this step; a second signal ends at once");
        });
    return plan.tuner()
        .run(
            log,
            (number, point, before, until) -> {
              String where = "trial %d/%d".formatted(number, plan.tuner().trials());
              say(where + ": " + plan.space().parameters(point) + ", to epoch " + until);
              Optional<Trial> found = training.run(number, point, before, until);
              found.ifPresent(trial -> say(where + ": " + words(trial)));
              return found;
            });
  }

  private String words(Trial trial) {
    return trial.diverged()
        ? "diverged"
        : "%s %s, %.1f s".formatted(metric, Figures.rounded(trial.value()), trial.seconds());
  }

  private int finish(Plan plan, String device, TuneFolder folder, List<Trial> found, long start)
      throws IOException {
    TuneReport report = new TuneReport(plan.tuner(), plan.space().variables(), metric, found);
    report.writeCsv(folder.csv());
    Trial best = report.ranked().get(0);
    if (best.diverged()) {
      throw new DivergedException(
          "all %d trials diverged, see %s".formatted(report.ranked().size(), folder.csv()));
    }
    Optional<String> leftOut = report.drawPicture(folder.picture());
    leftOut.ifPresent(why -> say(folder.picture() + " left out: " + why));
    String head =
        "# %s with the best of %d trials: trial %d, %s %s after %d epochs.%n"
            .formatted(
                plan.name(),
                report.ranked().size(),
                best.number(),
                metric,
                Figures.rounded(best.value()),
                best.epochs());
    Tree job = plan.space().set(plan.jobs(), plan.job(), best.point());
    AtomicFile.write(folder.best(), head + YamlWriter.write(job));
    folder.removeCheckpoints();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("job", plan.name());
    result.put("device", device);
    result.put("search", strategy.name().toLowerCase(Locale.ROOT));
    result.put("trials", report.ranked().size());
    result.put("diverged", report.ranked().stream().filter(Trial::diverged).count());
    result.put("metric", metric);
    result.put("best_trial", best.number());
    result.put("best_value", best.value());
    result.put("best_epochs", best.epochs());
    result.put("best_parameters", best.parameters());
    result.put("best_job", folder.best().toString());
    result.put("wall_s", Json.rounded((System.nanoTime() - start) * 1e-9));
    result.put("out", folder.path().toString());
    report(result, report.table() + System.lineSeparator() + Figures.words(result));
    return 0;
  }
}
