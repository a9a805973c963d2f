package dev.merapi.cli;

import dev.merapi.cli.command.BenchCommand;
import dev.merapi.cli.command.DevicesCommand;
import dev.merapi.cli.command.EvalCommand;
import dev.merapi.cli.command.ExplainCommand;
import dev.merapi.cli.command.FetchCommand;
import dev.merapi.cli.command.GradcheckCommand;
import dev.merapi.cli.command.InspectCommand;
import dev.merapi.cli.command.ListCommand;
import dev.merapi.cli.command.PredictCommand;
import dev.merapi.cli.command.SampleCommand;
import dev.merapi.cli.command.Surroundings;
import dev.merapi.cli.command.TrainCommand;
import dev.merapi.cli.command.TranslateCommand;
import dev.merapi.cli.command.TuneCommand;
import dev.merapi.cli.yaml.Suggestion;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.train.DivergedException;
import dev.merapi.train.checkpoint.CheckpointMismatchException;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code merapi} command: reads the arguments and turns errors into one line and a code. */
@Command(
    name = "merapi",
    description = "Trains neural networks.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false)
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  private final Surroundings surroundings;

  private Main(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The launcher has sized OpenMP before the process started; here it would be too late. */
  @Option(
      names = "--threads",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "Compute on N threads; all processors by default.")
  void threads(int count) {
    String started = surroundings.environment().get("OMP_NUM_THREADS");
    if (!Integer.toString(count).equals(started)) {
      throw new ParameterException(
          spec.commandLine(),
          ("--threads %1$d: threads are counted when the process starts, here %2$s;"
                  + " use the launcher or OMP_NUM_THREADS=%1$d")
              .formatted(count, started == null ? "all processors" : started));
    }
  }

  /** The backend is found by its name alone, so that it is told by a system property. */
  @Option(
      names = "--no-cuda-graph",
      scope = ScopeType.INHERIT,
      description = "On cuda, launch kernel by kernel instead of a recorded graph; for debugging.")
  void noCudaGraph(boolean chosen) {
    if (chosen) {
      System.setProperty("merapi.cuda.graph", "false");
    }
  }

  @Option(
      names = "--sync",
      scope = ScopeType.INHERIT,
      description = "On cuda, wait after each kernel, so that an error names its op; slow.")
  void sync(boolean chosen) {
    if (chosen) {
      System.setProperty("merapi.cuda.sync", "true");
    }
  }

  /** Runs the command and exits. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    int code;
    try {
      code = commandLine(Surroundings.ofProcess()).execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.println("merapi: " + e.getMessage() + "; MERAPI_JAVA_OPTS=-Xmx8g gives 8 GB");
      code = ExitCode.FAILED.code();
    }
    System.exit(code);
  }

  /** The command in some surroundings; tests run it with streams of their own. */
  public static CommandLine commandLine(Surroundings surroundings) {
    CommandLine line = new CommandLine(new Main(surroundings));
    line.addSubcommand("train", new TrainCommand(surroundings));
    line.addSubcommand("eval", new EvalCommand(surroundings));
    line.addSubcommand("predict", new PredictCommand(surroundings));
    line.addSubcommand("sample", new SampleCommand(surroundings));
    line.addSubcommand("translate", new TranslateCommand(surroundings));
    line.addSubcommand("explain", new ExplainCommand(surroundings));
    line.addSubcommand("tune", new TuneCommand(surroundings));
    line.addSubcommand("bench", new BenchCommand());
    line.addSubcommand("gradcheck", new GradcheckCommand(surroundings));
    line.addSubcommand("devices", new DevicesCommand());
    line.addSubcommand("list", new ListCommand());
    line.addSubcommand("inspect", new InspectCommand(surroundings));
    line.addSubcommand("fetch", new FetchCommand(surroundings));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((error, command, result) -> failed(error, command));
    line.setParameterExceptionHandler((error, arguments) -> misused(error));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "expected a command: " + String.join(", ", spec.subcommands().keySet()));
  }

  private static int misused(ParameterException error) {
    CommandLine command = error.getCommandLine();
    command
        .getErr()
        .printf(
            "merapi: %s (see: %s --help)%n",
            oneLine(misuse(error)), command.getCommandSpec().qualifiedName());
    return ExitCode.USAGE.code();
  }

  private static String misuse(ParameterException error) {
    CommandLine command = error.getCommandLine();
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && command.getParent() == null) {
      String word = unmatched.getUnmatched().get(0);
      return "unknown command '%s'%s"
          .formatted(word, Suggestion.of(word, command.getSubcommands().keySet()));
    }
    return error.getMessage();
  }

  private static int failed(Exception error, CommandLine command) {
    // Who holds how much of the device's memory is a table; so are the differences of trainings.
    boolean table =
        error instanceof OutOfDeviceMemoryException || error instanceof CheckpointMismatchException;
    String message = message(error);
    command.getErr().println("merapi: " + (table ? message : oneLine(message)));
    if (command.getCommandSpec().root().userObject() instanceof Main main && main.debug) {
      error.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return ExitCode.of(error).code();
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** What an error says; one that nobody foresaw gets its class, which is often all it has. */
  private static String message(Throwable error) {
    if (error instanceof DivergedException) {
      return error.getMessage() + "; no weights were written";
    }
    return ExitCode.isForeseen(error) ? error.getMessage() : error + " (--debug shows where)";
  }

  /** The version from the jar's manifest, and the Java that runs it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "merapi " + Objects.requireNonNullElse(version, "(not from a jar)"),
        "Java " + Runtime.version() + ", " + property("os.name") + " " + property("os.arch")
      };
    }

    private static String property(String name) {
      return System.getProperty(name);
    }
  }
}
