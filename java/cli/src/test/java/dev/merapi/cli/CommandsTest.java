package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.merapi.cli.command.Surroundings;
import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.registry.Registry;
import dev.merapi.cli.yaml.RecordMapper;
import dev.merapi.cli.yaml.YamlReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandsTest {
  @TempDir Path folder;

  @Test
  void saysWhatItIs() {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("--version").out()).startsWith("merapi ").contains("Java ");
    assertThat(cli.run("--help").out()).contains("train", "gradcheck", "fetch");
    assertThat(cli.run("train", "--help").out()).contains("--epochs", "--overwrite");
  }

  @Test
  void threadsThatOpenMpWasNotStartedWithAreRefused() {
    CommandLine three =
        Main.commandLine(new Surroundings(folder, Map.of("OMP_NUM_THREADS", "3"), false));
    StringWriter err = new StringWriter();
    three.setErr(new PrintWriter(err, true));
    three.setOut(new PrintWriter(new StringWriter()));
    assertThat(three.execute("list", "jobs", "--threads", "3")).isZero();
    assertThat(three.execute("list", "jobs", "--threads", "2")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("merapi: --threads 2: threads are counted when the process starts, here 3;");
  }

  @Test
  void optionsForCudaReachItsBackend() {
    try {
      Cli cli = Cli.in(folder);
      cli.run("list", "jobs");
      assertThat(System.getProperty("merapi.cuda.graph")).isNull();
      assertThat(System.getProperty("merapi.cuda.sync")).isNull();
      assertThat(cli.run("list", "jobs", "--no-cuda-graph", "--sync").code()).isZero();
      assertThat(System.getProperty("merapi.cuda.graph")).isEqualTo("false");
      assertThat(System.getProperty("merapi.cuda.sync")).isEqualTo("true");
    } finally {
      System.clearProperty("merapi.cuda.graph");
      System.clearProperty("merapi.cuda.sync");
    }
  }

  @Test
  void devicesHaveReasons() throws IOException {
    Cli.Result result = Cli.in(folder).run("devices", "--json");
    JsonNode devices = result.json().get("devices");
    assertThat(devices).isNotEmpty();
    for (JsonNode device : devices) {
      assertThat(device.get("reason").asText()).isNotBlank();
    }
    assertThat(Cli.in(folder).run("devices").out())
        .containsPattern("(?m)^reference +usable +\\S")
        .containsPattern("(?m)^cuda +not usable +\\S");
  }

  @ParameterizedTest
  @CsvSource({
    "jobs,lenet5-mnist",
    "models,vgg-small",
    "layers,maxPool2d",
    "activations,relu",
    "initializers,heNormal",
    "losses,softmaxCrossEntropy",
    "optimizers,sgd",
    "schedules,cosine",
    "clips,clipByGlobalNorm",
    "penalties,elasticNet",
    "constraints,maxNorm",
    "metrics,confusionMatrix",
    "datasets,synthetic-digits",
    "ops,matMul"
  })
  void listsWhatThereIs(String kind, String known) throws IOException {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("list", kind).out()).containsPattern("(?m)^" + known + "(\\s|$)");
    JsonNode items = cli.run("list", kind, "--json").json().get(kind);
    assertThat(items.findValuesAsText("name")).contains(known).doesNotContain("sequential", "of");
  }

  @Test
  void listsOneThing() throws IOException {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("list", "layers", "conv2d").out())
        .contains("cross-correlation")
        .contains("| `dilation` (int) | `1` |")
        .contains("Source: LeCun")
        .doesNotContain("###");
    assertThat(cli.run("list", "layers").out())
        .containsPattern("(?m)^flatten +Makes each sample a vector: .*order\\.$");
    assertThat(cli.run("list", "jobs", "xor").out()).contains("dataset: xor");
    Cli.Result wrong = cli.run("list", "layers", "conv");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("no 'conv' among the layers");
  }

  /** The defaults are texts in annotations, which nothing else reads before someone uses them. */
  @TestFactory
  Stream<DynamicTest> defaultsCanBeRead() {
    Registry registry = Kinds.registry();
    RecordMapper mapper = new RecordMapper(registry);
    return Kinds.ALL.stream()
        .filter(kind -> !kind.name().equals("ops"))
        .flatMap(kind -> registry.alternatives(kind).values().stream().map(a -> Map.entry(kind, a)))
        .filter(entry -> entry.getValue().hasOnlyDefaults())
        .map(
            entry -> {
              String name = entry.getValue().name();
              // of its two lengths, one has to be set
              String yaml = name.equals("warmUp") ? "warmUp: {steps: 1}" : name;
              return DynamicTest.dynamicTest(
                  entry.getKey().noun() + " " + name,
                  () ->
                      assertThat(
                              mapper.map(
                                  YamlReader.readInline("test", yaml), entry.getKey().type(), ""))
                          .isInstanceOf(entry.getValue().type()));
            });
  }

  static List<String> builtInJobs() {
    return Jobs.builtIn();
  }

  @ParameterizedTest
  @MethodSource("builtInJobs")
  void builtInJobsCanBeRead(String job) {
    assertThat(new Jobs(Kinds.registry(), folder).load(job, List.of()).name()).isEqualTo(job);
  }

  @Test
  void gradientsOfAJobFitDifferences() throws IOException {
    Cli.Result result = Cli.in(folder).run("gradcheck", "xor", "--json");
    assertThat(result.code()).isZero();
    JsonNode json = result.json();
    assertThat(json.get("max_relative_error").asDouble()).isLessThan(1e-6);
    assertThat(json.get("parameters").findValuesAsText("name"))
        .containsExactly("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
    for (JsonNode parameter : json.get("parameters")) {
      assertThat(parameter.get("relative_error").asDouble()).isLessThan(1e-6);
    }
    assertThat(json.get("backends").isObject()).isTrue();
  }

  /** The figures of LeNet-5 by hand: 2 (25 6 784 + 150 16 100 + 400 120 + 120 84 + 84 10). */
  @Test
  void inspectShowsLayersKernelsAndMemory() throws IOException {
    Cli.Result result =
        Cli.in(folder)
            .run(
                "inspect",
                "digits",
                "--json",
                "--set",
                "data.train.dataset.synthetic-digits.train=64");
    assertThat(result.err()).doesNotContain("merapi:");
    JsonNode json = result.json();
    assertThat(json.get("parameters").asLong()).isEqualTo(61_706);
    assertThat(json.get("flops_per_sample").asLong()).isEqualTo(833_040);
    assertThat(json.get("layers").get(0).toString())
        .isEqualTo(
            "{\"name\":\"conv1\",\"type\":\"Conv2d\",\"output\":[6,28,28],\"parameters\":156,"
                + "\"flops\":235200}");
    assertThat(json.get("kernels_after_fusion").asInt())
        .isPositive()
        .isLessThan(json.get("kernels_before_fusion").asInt());
    assertThat(json.get("arena_bytes").asLong())
        .isPositive()
        .isLessThan(json.get("sum_of_buffers_bytes").asLong());
    assertThat(json.get("memory_bytes").get("parameters").asLong()).isGreaterThan(61_706 * 4);
  }

  @Test
  void inspectShowsTheGraph() {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("inspect", "xor").out()).contains("before fusion", "arena", "fc1");
    assertThat(cli.run("inspect", "xor", "--dot").out()).startsWith("digraph").contains("matMul");
    assertThat(cli.run("inspect", "xor", "--graph").out()).contains("matMul").contains("# mlp/fc1");
  }

  @ParameterizedTest
  @CsvSource({"mlp,128,535818", "lenet5,64,61706"})
  void benchTimesATrainingStep(String workload, int batch, int parameters) throws IOException {
    Cli.Result result =
        Cli.in(folder).run("bench", workload, "--device", "reference", "--seconds", "0", "--json");
    JsonNode json = result.json();
    assertThat(json.fieldNames())
        .toIterable()
        .contains(
            "peer",
            "workload",
            "device",
            "batch",
            "samples_per_s",
            "step_ms_median",
            "first_step_s",
            "peak_rss_mb",
            "device_mb",
            "loss_first",
            "loss_last",
            "parameters");
    assertThat(json.get("peer").asText()).isEqualTo("merapi");
    assertThat(json.get("batch").asInt()).isEqualTo(batch);
    assertThat(json.get("parameters").asInt()).isEqualTo(parameters);
    assertThat(json.get("steps").asInt()).isEqualTo(1);
    assertThat(json.get("loss_last").asDouble()).isLessThan(json.get("loss_first").asDouble());
    assertThat(json.get("step_ms_median").asDouble()).isPositive();
    assertThat(json.get("first_step_s").asDouble()).isGreaterThan(0.01);
    assertThat(json.get("peak_rss_mb").asDouble()).isGreaterThan(10);
    // parameters and momentum alone, in MiB
    assertThat(json.get("device_mb").asDouble()).isGreaterThan(2 * 4 * parameters / 1048576.0);
  }

  @Test
  void fetchDownloadsFromThePublishedAddress() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "hello".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      LocalFile.address = "http://127.0.0.1:" + server.getAddress().getPort() + "/hello.txt";
      Cli.Result result = Cli.in(folder).run("fetch", "local-file", "--json");
      assertThat(result.code()).isZero();
      Path file = folder.resolve("cache/merapi/local-file/hello.txt");
      assertThat(file).hasContent("hello");
      assertThat(result.json().get("files").get(0).asText()).isEqualTo(file.toString());
      LocalFile.address = LocalFile.address.replace("hello", "missing");
    } finally {
      server.stop(0);
    }
    Cli.Result refused = Cli.in(folder).run("fetch", "local-file", "--data", "elsewhere");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("missing.txt");
  }
}
