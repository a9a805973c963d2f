package dev.merapi.cli.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.merapi.cli.Main;
import dev.merapi.cli.command.Surroundings;
import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the README says is so: its programs run, its jobs can be read, its files are there. */
class ReadmeTest {
  /** Tests run in the module's folder, java/cli. */
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private static final Path SOURCES = Path.of("src/test/java/dev/merapi/cli/readme");

  @TempDir Path folder;

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static List<String> blocks(String language) throws IOException {
    Matcher block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(readme());
    return block.results().map(found -> found.group(1)).toList();
  }

  @Test
  void itsProgramsAreTheOnesThatAreTested() throws IOException {
    List<String> blocks = blocks("java");
    assertThat(blocks).hasSize(2);
    assertThat(Files.readString(SOURCES.resolve("Lenet5Example.java")))
        .contains(blocks.get(0).indent(4));
    assertThat(blocks.get(0).lines().count()).isLessThanOrEqualTo(16);
    assertThat(Files.readString(SOURCES.resolve("Softsign.java"))).contains(blocks.get(1));
  }

  @Test
  void itsLenet5Learns() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Lenet5Example.main();
    } finally {
      System.setOut(before);
    }
    Matcher accuracy =
        Pattern.compile("OptionalDouble\\[(.*)]\\R")
            .matcher(printed.toString(StandardCharsets.UTF_8));
    assertThat(accuracy.matches()).isTrue();
    assertThat(Double.parseDouble(accuracy.group(1))).isGreaterThan(0.9);
  }

  /** Softsign at 3 is 3/4, its derivative 1/16; at -1 they are -1/2 and 1/4. */
  @Test
  void itsOpWorks() {
    Graph graph = new Graph("softsign", 1);
    TensorType type = TensorType.f32(2);
    Value x = Input.of(graph, "x", type);
    Value y = Softsign.of(x);
    graph.output("y", y);
    graph.output("grad", Differentiator.gradients(Ops.sum(y), List.of(x)).get(0));
    HostTensor outputs = HostTensor.zeros(type);
    HostTensor gradients = HostTensor.zeros(type);
    try (Backend backend = Backends.open("reference");
        StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      program.run(
          new Bindings()
              .input("x", HostTensor.of(Shape.of(2), 3f, -1f))
              .output("y", outputs)
              .output("grad", gradients));
    }
    assertThat(outputs.toFloatArray()).containsExactly(0.75f, -0.5f);
    assertThat(gradients.toFloatArray()).containsExactly(0.0625f, 0.25f);
  }

  @Test
  void itsJobsCanBeRead() throws IOException {
    List<String> jobs = blocks("yaml");
    assertThat(jobs).hasSize(2);
    for (String job : jobs) {
      Files.writeString(folder.resolve("job.yaml"), job);
      assertThatCode(() -> new Jobs(Kinds.registry(), folder).load("job.yaml", List.of()))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void itsCommandsExist() throws IOException {
    List<String> commands =
        blocks("sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("./merapi "))
            .map(line -> line.replaceFirst("\\s*#.*", "").replaceFirst("./merapi ", ""))
            .toList();
    assertThat(commands).hasSizeGreaterThan(8).contains("train digits");
    CommandLine line = Main.commandLine(new Surroundings(folder, Map.of(), false));
    for (String command : commands) {
      String[] words = command.split(" ");
      assertThatCode(() -> line.parseArgs(words)).doesNotThrowAnyException();
      if (List.of("train", "eval", "gradcheck", "inspect").contains(words[0])) {
        assertThat(Jobs.builtIn()).contains(words[1]);
      }
    }
  }

  @Test
  void itsFilesExist() throws IOException {
    List<String> paths =
        Pattern.compile("`((?:java|tests|docker)/[^`]+|LICENSE)`|!\\[[^]]*]\\(([^)]+)\\)")
            .matcher(readme())
            .results()
            .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
            .toList();
    assertThat(paths).hasSizeGreaterThan(3).anyMatch(path -> path.endsWith(".png"));
    assertThat(paths).allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
  }

  @Test
  void itsDependenciesAreTheBillOfMaterials() throws IOException {
    String xml = blocks("xml").get(0);
    String bom = Files.readString(ROOT.resolve("java/bom/pom.xml"));
    Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(bom);
    assertThat(version.find()).isTrue();
    assertThat(xml).contains("<version>" + version.group(1) + "</version>");
    Pattern artifact = Pattern.compile("<artifactId>(.*?)</artifactId>");
    assertThat(artifact.matcher(xml).results().map(found -> found.group(1)))
        .allSatisfy(id -> assertThat(bom).contains("<artifactId>" + id + "</artifactId>"));
  }
}
