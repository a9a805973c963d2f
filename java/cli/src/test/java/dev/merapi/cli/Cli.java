package dev.merapi.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.cli.command.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** Runs the command line in this process, in a folder and an environment of its own. */
record Cli(Path directory, Map<String, String> environment) {
  /** What a command printed and how it ended. */
  record Result(int code, String out, String err) {
    /** The last line of standard output. */
    JsonNode json() throws IOException {
      String[] lines = out.strip().split("\\R");
      return new ObjectMapper().readTree(lines[lines.length - 1]);
    }
  }

  /** Without data sets: the user's cache is an empty folder. */
  static Cli in(Path directory) {
    return new Cli(directory, Map.of("XDG_CACHE_HOME", directory.resolve("cache").toString()));
  }

  Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Surroundings(directory, environment, false));
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    return new Result(code, out.toString(), err.toString());
  }
}
