package dev.merapi.cli.command;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command whose result is lines for people or one line of JSON. */
abstract class ReportingCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "End with one line of JSON on standard output.")
  private boolean json;

  /** Standard output: results. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Standard error: progress. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints the result, as JSON or in these words. */
  final void report(Map<String, ?> result, String words) {
    out().println(json ? Json.line(result) : words);
    out().flush();
  }
}
