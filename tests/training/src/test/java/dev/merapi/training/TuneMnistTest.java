package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.cli.Main;
import dev.merapi.core.runtime.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A search for the learning rate of mlp-mnist, which is killed once: within 20 trials of an epoch
 * it finds one that is better than the neighbours of the job's own.
 */
@Tag("slow")
class TuneMnistTest {
  private static final int TRIALS = 20;
  private static final int TRIALS_BEFORE_KILL = 7;
  private static final long PATIENCE_SECONDS = 1200;
  private static final String RATE = "optimizer.sgd.learningRate";

  private final long start = System.nanoTime();

  @TempDir private Path folder;

  @BeforeEach
  void requireData() {
    assumeTrue(Backends.availability().get("cpu").usable());
    assumeTrue(System.getenv("MERAPI_DATA") != null, "needs data sets in MERAPI_DATA");
  }

  @Test
  void learningRateOfMlpMnist() throws Exception {
    String vary = RATE + "={logUniform: [1e-4, 1]}";
    String[] search = {"--vary", vary, "--trials", Integer.toString(TRIALS), "--resume"};
    Process killed = start("found", search);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (lines("found").size() < 1 + TRIALS_BEFORE_KILL) {
      assertThat(killed.isAlive()).as("runs before it is killed: %s", said("found")).isTrue();
      assertThat(System.nanoTime()).as("time to wait").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    killed.destroyForcibly().waitFor();
    List<String> before = lines("found");
    requireEnd(start("found", search), "found");
    assertThat(lines("found")).hasSize(1 + TRIALS).startsWith(before.toArray(String[]::new));

    String own = RATE + "={choice: [0.03, 0.1, 0.3]}"; // in the middle the job's own
    requireEnd(start("own", "--vary", own, "--search", "grid"), "own");
    List<Double> found = values("found");
    List<Double> neighbours = values("own");
    double best = found.stream().mapToDouble(value -> value).min().orElseThrow();
    int bestTrial = found.indexOf(best) + 1;
    double rate = json(lines("found").get(bestTrial)).at("/parameters").get(RATE).asDouble();
    Results.keep(
        "tune mlp-mnist",
        String.format(
            Locale.ROOT,
            "validation loss %.4f with learning rate %.4g, trial %d of %d of one epoch, killed after"
                + " %d; %.4f, %.4f and %.4f with 0.03, 0.1 (the job's) and 0.3",
            best,
            rate,
            bestTrial,
            TRIALS,
            before.size() - 1,
            neighbours.get(0),
            neighbours.get(1),
            neighbours.get(2)),
        start);
    assertThat(best).isLessThan(neighbours.get(0)).isLessThan(neighbours.get(2));
  }

  private Process start(String out, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("tune", "mlp-mnist", "--device", "cpu"));
    arguments.addAll(List.of("--epochs", "1", "--out", out));
    arguments.addAll(List.of(more));
    return new ProcessBuilder(JavaProcess.command(List.of(), Main.class, arguments))
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve(out + ".txt").toFile()))
        .start();
  }

  private void requireEnd(Process process, String out) throws IOException, InterruptedException {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ends in time: %s", said(out)).isTrue();
    assertThat(process.exitValue()).as(said(out)).isZero();
  }

  private String said(String out) throws IOException {
    return Files.readString(folder.resolve(out + ".txt"));
  }

  /** Those of the log, or none before there is one. */
  private List<String> lines(String out) throws IOException {
    Path log = folder.resolve(out).resolve("trials.jsonl");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static JsonNode json(String line) throws IOException {
    return new ObjectMapper().readTree(line);
  }

  /** The metric trial by trial; infinite where it diverged. */
  private List<Double> values(String out) throws IOException {
    List<Double> values = new ArrayList<>();
    List<String> lines = lines(out);
    for (String line : lines.subList(1, lines.size())) {
      values.add(json(line).get("value").asDouble(Double.POSITIVE_INFINITY));
    }
    return values;
  }
}
