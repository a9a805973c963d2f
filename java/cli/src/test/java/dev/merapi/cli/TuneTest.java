package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.explain.picture.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneTest {
  private static final String RATE = "optimizer.sgd.learningRate={logUniform: [1e-4, 1]}";

  @TempDir private Path folder;

  private Cli.Result ok(String... arguments) {
    List<String> all = new ArrayList<>(List.of("tune", "xor", "--device", "reference"));
    all.addAll(List.of(arguments));
    all.add("--json");
    Cli.Result result = Cli.in(folder).run(all.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  private void fails(int code, String message, String... arguments) {
    List<String> all = new ArrayList<>(List.of("tune", "xor", "--device", "reference"));
    all.addAll(List.of(arguments));
    Cli.Result result = Cli.in(folder).run(all.toArray(String[]::new));
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(code);
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file));
  }

  /** The trials of a log without what no two runs share. */
  private List<String> trials(String out) throws IOException {
    return lines(out + "/trials.jsonl").stream()
        .map(line -> line.replaceAll("\"seconds\":[^,}]*", ""))
        .toList();
  }

  @Test
  void aSearchAndTheJobThatItFinds() throws IOException {
    Files.writeString(
        folder.resolve("space.yaml"),
        """
        optimizer.sgd.learningRate: {logUniform: [1e-3, 1]}
        model.mlp.hidden: {choice: [[4], [8, 4]]}
        """);
    JsonNode found =
        ok("--space", "space.yaml", "--trials", "8", "--epochs", "4", "--out", "found").json();
    assertThat(found.get("trials").asInt()).isEqualTo(8);
    assertThat(found.get("metric").asText()).isEqualTo("validation_loss");
    assertThat(lines("found/trials.jsonl")).hasSize(9);
    List<String> csv = lines("found/trials.csv");
    assertThat(csv).hasSize(9);
    assertThat(csv.get(0))
        .isEqualTo(
            "trial,optimizer.sgd.learningRate,model.mlp.hidden,epochs,state,validation_loss,seconds");
    double least = Double.POSITIVE_INFINITY;
    ObjectMapper json = new ObjectMapper();
    for (String line : lines("found/trials.jsonl").subList(1, 9)) {
      least = Math.min(least, json.readTree(line).get("value").asDouble());
    }
    assertThat(found.get("best_value").asDouble()).isEqualTo(least);
    assertThat(Files.exists(folder.resolve("found/trials.png")))
        .isEqualTo(Text.problem().isEmpty());

    String best = Files.readString(folder.resolve("found/best.yaml"));
    assertThat(best)
        .startsWith("# xor with the best of 8 trials: trial " + found.get("best_trial"))
        .contains("learningRate: " + found.at("/best_parameters/optimizer.sgd.learningRate"))
        .contains("momentum: 0.9");
    Cli.Result trained = Cli.in(folder).run("train", "found/best.yaml", "--json");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.json().get("epochs").asInt()).isEqualTo(4);
  }

  /** A log that ends in the middle of a line, as a kill may leave it. */
  @Test
  void aKilledSearchGoesOnWithTheSameTrials() throws IOException {
    for (String search : List.of("bayesian", "random", "grid")) {
      String[] wanted = {
        "--vary", RATE, "--search", search, "--trials", "7", "--epochs", "2", "--grid-points", "7"
      };
      ok(with(wanted, "--out", search + "/whole"));
      List<String> whole = lines(search + "/whole/trials.jsonl");
      Files.createDirectories(folder.resolve(search + "/cut"));
      Files.writeString(
          folder.resolve(search + "/cut/trials.jsonl"),
          String.join("\n", whole.subList(0, 5)) + "\n" + whole.get(5).substring(0, 40));
      Cli.Result resumed = ok(with(wanted, "--out", search + "/cut", "--resume"));
      assertThat(resumed.err()).contains("going on after 4 trainings").doesNotContain("trial 4/7");
      assertThat(trials(search + "/cut")).isEqualTo(trials(search + "/whole"));
      assertThat(lines(search + "/cut/best.yaml")).isEqualTo(lines(search + "/whole/best.yaml"));
    }
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The trial that a signal cuts off is run again, from its beginning. */
  @Test
  void aSignalStopsASearchThatCanBeGoneOnWith() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "signals as Linux has them");
    String[] wanted = {
      "--vary", RATE, "--trials", "4", "--epochs", "20", "--set", "data.batch=1", "--resume"
    };
    String[] command = with(new String[] {"tune", "xor", "--device", "reference"}, wanted);
    try (CliProcess process = CliProcess.start(folder, with(command, "--out", "cut"))) {
      process.await("a trial", () -> process.err().contains("trial 2/4"));
      process.signal("TERM");
      assertThat(process.exitCode()).as(process.err()).isEqualTo(128 + 15);
      assertThat(process.err()).contains("interrupted; go on with --resume --out");
    }
    assertThat(lines("cut/trials.jsonl")).hasSizeBetween(2, 4);
    assertThat(folder.resolve("cut/best.yaml")).doesNotExist();
    ok(with(wanted, "--out", "cut"));
    ok(with(wanted, "--out", "whole"));
    assertThat(trials("cut")).isEqualTo(trials("whole"));
  }

  /** Nine trials for one epoch, three for three, one for nine: as if each had gone through. */
  @Test
  void successiveHalvingGoesOnFromCheckpoints() throws IOException {
    String[] wanted = {"--vary", RATE, "--search", "random", "--trials", "9", "--epochs", "9"};
    JsonNode halved = ok(with(wanted, "--min-epochs", "1", "--out", "halved")).json();
    ok(with(wanted, "--out", "full"));
    assertThat(halved.get("best_epochs").asInt()).isEqualTo(9);
    List<String> lines = trials("halved");
    assertThat(lines).hasSize(1 + 9 + 3 + 1);
    assertThat(lines.subList(10, 13)).allMatch(line -> line.contains("\"epochs\":3"));
    String last = lines.get(13);
    assertThat(trials("full")).contains(last);
    assertThat(folder.resolve("halved/trials")).doesNotExist();
    assertThat(lines("halved/trials.csv")).hasSize(10);

    // a kill while the second rung runs, whose checkpoints are lost: trained anew, to the same bits
    List<String> whole = lines("halved/trials.jsonl");
    Files.createDirectories(folder.resolve("cut"));
    Files.writeString(
        folder.resolve("cut/trials.jsonl"), String.join("\n", whole.subList(0, 11)) + "\n");
    ok(with(wanted, "--min-epochs", "1", "--out", "cut", "--resume"));
    assertThat(trials("cut")).isEqualTo(trials("halved"));
  }

  @Test
  void trialsThatDivergeAreTheWorst() throws IOException {
    String rates = "optimizer.sgd.learningRate={choice: [1e38, 0.1, 1e38]}";
    String set = "clip=[]";
    JsonNode found =
        ok("--vary", rates, "--search", "grid", "--epochs", "2", "--set", set, "--out", "some")
            .json();
    assertThat(found.get("diverged").asInt()).isEqualTo(2);
    assertThat(found.get("best_trial").asInt()).isEqualTo(2);
    assertThat(lines("some/trials.csv").get(1)).contains("diverged,,");
    String all = "optimizer.sgd.learningRate={choice: [1e38]}";
    fails(5, "all 1 trials diverged", "--vary", all, "--search", "grid", "--out", "none");
  }

  @Test
  void anotherMetricAndItsMode() throws IOException {
    JsonNode found =
        ok(
                "--vary",
                "data.batch={integer: [4, 64]}",
                "--metric",
                "validation_accuracy",
                "--trials",
                "3",
                "--epochs",
                "2")
            .json();
    assertThat(found.get("out").asText()).endsWith("runs/xor/tune/1");
    double best = 0;
    for (String line : lines("runs/xor/tune/1/trials.jsonl").subList(1, 4)) {
      best = Math.max(best, new ObjectMapper().readTree(line).get("value").asDouble());
    }
    assertThat(found.get("best_value").asDouble()).isEqualTo(best);
    assertThat(found.at("/best_parameters/data.batch").isIntegralNumber()).isTrue();
  }

  @Test
  void errorsNameKeyAndPlace() throws IOException {
    fails(2, "expected at least one key with a distribution, found none");
    fails(2, "space file", "--space", "missing.yaml");
    Files.writeString(folder.resolve("s.yaml"), "epochs: {integer: [1, 3]}\nseed: {uniform: 3}\n");
    fails(2, "s.yaml:2: seed.uniform: expected a list, found '3'", "--space", "s.yaml");
    Files.writeString(
        folder.resolve("s.yaml"),
        "epochs: {integer: [1, 3]}\noptimizer.sgd.learninRate: {uniform: [0, 1]}\n");
    fails(2, "s.yaml:2: unknown key 'learninRate' in optimizer.sgd", "--space", "s.yaml");
    fails(
        2,
        "--vary seed={uniform: [0, 1]}: seed: expected an integer",
        vary("seed={uniform: [0, 1]}"));
    fails(2, "epochs: unknown distribution 'uniforn'; did you mean", vary("epochs={uniforn: [1]}"));
    fails(2, "epochs: expected a distribution", vary("epochs=3"));
    fails(2, "epochs.integer: expected two bounds, found 1", vary("epochs={integer: [1]}"));
    fails(2, "epochs.choice: expected at least one value", vary("epochs={choice: []}"));
    fails(2, "the lower one first", vary("epochs={integer: [3, 1]}"));
    fails(2, "expected key=distribution", vary("epochs"));
    fails(
        2,
        "optimizer.sgd.learningRate and optimizer.adam.learningRate exclude each other",
        "--vary",
        RATE,
        "--vary",
        "optimizer.adam.learningRate={uniform: [0, 1]}");
    fails(2, "--trials must be at least 1", with(vary(RATE), "--trials", "0"));
    fails(2, "from 1 to 50 epochs at first", with(vary(RATE), "--min-epochs", "51"));
    fails(2, "--metric: expected one of", with(vary(RATE), "--metric", "validation_los"));
    fails(2, "'--search'", with(vary(RATE), "--search", "hyperband"));
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  private static String[] vary(String setting) {
    return new String[] {"--vary", setting};
  }

  @Test
  void aUsedFolderIsLeftAlone() {
    String[] wanted = {"--vary", RATE, "--epochs", "1", "--out", "used"};
    ok(with(wanted, "--trials", "1"));
    fails(2, "holds a search; --resume or --overwrite it", wanted);
    String[] other = with(wanted, "--resume", "--metric", "train_loss");
    fails(2, "is of another search, whose metric was", other);
    Cli.Result resumed = ok(with(wanted, "--resume", "--trials", "2"));
    assertThat(resumed.err()).contains("trial 2/2").doesNotContain("trial 1/2");
    assertThat(ok(with(wanted, "--overwrite", "--trials", "1")).err()).contains("trial 1/1");
  }
}
