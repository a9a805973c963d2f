package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of bad input ends in one clear line and its exit code, and leaves nothing behind. */
class BadInputTest {
  @TempDir Path folder;

  private void fails(int code, String message, String... arguments) throws IOException {
    List<Path> before = files();
    Cli.Result result = Cli.in(folder).run(arguments);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err().lines().filter(line -> line.startsWith("merapi: "))).hasSize(1);
    assertThat(result.err()).endsWith("\n").doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(result.out()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  private void job(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void wrongUsage() throws IOException {
    fails(2, "merapi: expected a command: train, eval, ");
    fails(2, "merapi: unknown command 'tarin'; did you mean 'train'? (see: ", "tarin");
    fails(2, "merapi: unknown command 'xor'; known: train, eval, ", "xor");
    fails(2, "'--nope'", "--nope");
    fails(2, "'--epoch'", "train", "xor", "--epoch", "3");
    fails(2, "'many'", "train", "xor", "--epochs", "many");
    fails(2, "JOB", "train");
    fails(2, "unknown job 'xo'; did you mean 'xor'?", "train", "xo");
    fails(2, "no job file", "train", "xor.yaml");
    fails(2, "unknown workload 'lenet'; did you mean 'lenet5'?", "bench", "lenet");
    fails(2, "unknown kind 'layer'; did you mean 'layers'?", "list", "layer");
    fails(2, "no data set 'mnits' to download; did you mean 'mnist'?", "fetch", "mnits");
    fails(2, "no finished run under", "eval", "xor");
    fails(2, "no weights.safetensors in", "eval", "xor", "--from", "nowhere");
    fails(2, "--seconds must be at least 0, found -1.0", "bench", "mlp", "--seconds", "-1");
    fails(2, "--precision must be f32 or tf32, found 'f64'", "bench", "mlp", "--precision", "f64");
    fails(2, "--samples must be at least 1, found 0", "gradcheck", "xor", "--samples", "0");
    fails(2, "--out must name a folder, found nothing", "train", "xor", "--out", "");
  }

  @Test
  void wrongJobs() throws IOException {
    job(
        "job.yaml",
        """
        model: mlp
        data:
          train: {dataset: xor}
        optimizer:
          sgd:
            momentum: 0.9
            learningrate: 0.1
        """);
    fails(
        2,
        "merapi: job.yaml:7: unknown key 'learningrate' in optimizer.sgd;"
            + " did you mean 'learningRate'?",
        "train",
        "job.yaml");
    job("empty.yaml", "");
    fails(2, "merapi: empty.yaml:1: missing key 'model'", "train", "empty.yaml");
    fails(2, "merapi: empty.yaml:1: missing key 'model'", "train", "empty.yaml", "--epochs", "3");
    job("alias.yaml", "model: mlp\ndata:\n  train: *xor\n");
    fails(2, "merapi: alias.yaml:3: expected a value, found the alias *xor", "train", "alias.yaml");
    Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xFF, 0});
    fails(2, "is no UTF-8 text", "train", "bytes.yaml");
    job("broken.yaml", "model: [\n");
    fails(2, "broken.yaml:", "train", "broken.yaml");
    fails(
        2,
        "merapi: --set epochs=0: epochs must be at least 1, found 0",
        "train",
        "xor",
        "--epochs",
        "0");
    fails(
        2,
        "--set data.batch=0: data.batch: expected an integer from 1 on or all",
        "train",
        "xor",
        "--set",
        "data.batch=0");
    fails(2, "missing key 'train' in data", "train", "xor", "--set", "data=null");
    fails(
        2,
        "optimizer: expected one optimizer, found nothing",
        "train",
        "xor",
        "--set",
        "optimizer=");
    fails(2, "device: expected a text, found nothing", "train", "xor", "--set", "device=");
    fails(
        2, "model[0]: expected one layer, found nothing", "train", "xor", "--set", "model=[null]");
    fails(
        2,
        "precision: expected one of [f32, f64, tf32], found",
        "train",
        "xor",
        "--set",
        "precision=u8");
    fails(2, "model: unknown model 'mpl'; did you", "train", "xor", "--set", "model=mpl");
    fails(2, "validation: expected a fraction", "train", "xor", "--set", "data.validation=1.5");
    fails(2, "xor has the splits train, test", "train", "xor", "--set", "data.test.split=dev");
  }

  @Test
  void shapesThatDoNotFit() throws IOException {
    fails(
        2, "model/conv1: ", "train", "xor", "--set", "model=[conv2d: {outChannels: 2, kernel: 3}]");
    fails(2, "lenet5", "train", "xor", "--set", "model=lenet5");
    fails(
        2,
        "mlp: expected inputs of shape [3], found data of shape [2]",
        "train",
        "xor",
        "--set",
        "model.mlp.inputShape=[3]");
    fails(2, "loss", "train", "xor", "--set", "loss=meanSquaredError");
    fails(2, "mlp: expected predictions of the 2", "train", "xor", "--set", "model.mlp.classes=1");
  }

  @Test
  void devices() throws IOException {
    fails(2, "unknown device 'tpu'; expected auto, reference", "train", "xor", "--device", "tpu");
    fails(2, "unknown device 'tpu'", "train", "xor", "--set", "device=tpu");
    fails(3, "device cuda cannot be used: ", "train", "xor", "--device", "cuda");
    fails(3, "device cuda:1 cannot be used: ", "train", "xor", "--device", "cuda:1");
    fails(3, "device cuda cannot be used: ", "gradcheck", "xor", "--device", "cuda");
    fails(3, "device cuda cannot be used: ", "bench", "mlp", "--device", "cuda");
  }

  @Test
  void missingAndDamagedData() throws IOException {
    fails(4, "mnist: found no train-images-idx3-ubyte[.gz] in ", "train", "lenet5-mnist");
    Path mnist = Files.createDirectories(folder.resolve("data/mnist"));
    String[] train = {"train", "softmax-mnist", "--data", "data", "--epochs", "1"};
    Files.write(
        mnist.resolve("train-images-idx3-ubyte"), idx(0x803, new int[] {2, 28, 28}, 2 * 784));
    Files.write(
        mnist.resolve("t10k-images-idx3-ubyte"), idx(0x803, new int[] {2, 28, 28}, 2 * 784));
    Files.write(mnist.resolve("t10k-labels-idx1-ubyte"), idx(0x801, new int[] {2}, 2));
    fails(4, "found no train-labels-idx1-ubyte[.gz]", train);
    Files.write(mnist.resolve("train-labels-idx1-ubyte"), idx(0x801, new int[] {2}, 1));
    fails(4, "train-labels-idx1-ubyte: ", train);
    byte[] labels = idx(0x801, new int[] {2}, 2);
    labels[9] = 10;
    Files.write(mnist.resolve("train-labels-idx1-ubyte"), labels);
    fails(4, "label 10", train);
    labels[9] = 9;
    Files.write(mnist.resolve("train-labels-idx1-ubyte"), labels);
    assertThat(Cli.in(folder).run(train).code()).isZero();
  }

  private static byte[] idx(int magic, int[] dims, int bytes) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.writeInt(magic);
    for (int dim : dims) {
      out.writeInt(dim);
    }
    out.write(new byte[bytes]);
    return file.toByteArray();
  }

  @Test
  void divergence() throws IOException {
    String[] train = {"train", "xor", "--set", "optimizer.sgd.learningRate=1e39"};
    fails(5, "NaN or infinite", train);
    String[] oneStep = Arrays.copyOf(train, train.length + 4);
    System.arraycopy(
        new String[] {"--set", "data.batch=256", "--epochs", "1"}, 0, oneStep, train.length, 4);
    fails(5, "NaN or infinite", oneStep);
    fails(5, "no weights were written", oneStep);
  }

  @Test
  void aRunThatDivergesOverwritesNothing() throws IOException {
    Cli cli = Cli.in(folder);
    assertThat(cli.run("train", "xor", "--epochs", "1", "--out", "run").code()).isZero();
    Files.createDirectories(folder.resolve("run/checkpoints/12"));
    byte[] weights = Files.readAllBytes(folder.resolve("run/weights.safetensors"));
    byte[] metrics = Files.readAllBytes(folder.resolve("run/metrics.csv"));
    fails(
        5,
        "NaN or infinite",
        "train",
        "xor",
        "--out",
        "run",
        "--overwrite",
        "--set",
        "optimizer.sgd.learningRate=1e39");
    assertThat(folder.resolve("run/weights.safetensors")).hasBinaryContent(weights);
    assertThat(folder.resolve("run/metrics.csv")).hasBinaryContent(metrics);
  }

  private static final String BROKEN = "model=[{dense: {units: 2}}, {faulty: {what: %s}}]";

  @Test
  void gradientsThatCannotBeChecked() throws IOException {
    fails(
        1,
        "merapi: dense1.weight: cannot be checked by differences",
        "gradcheck",
        "xor",
        "--set",
        BROKEN.formatted("kinks"));
  }

  @Test
  void gradientsThatAreWrong() {
    Cli.Result result =
        Cli.in(folder).run("gradcheck", "xor", "--set", BROKEN.formatted("gradient"));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .endsWith(
            "merapi: finite differences: dense1.weight: expected a relative error below 1.0E-6,"
                + " found 0.333333\n");
    assertThat(result.out()).contains("dense1.weight", "largest");
  }

  @Test
  void aKernelThatFailsIsNamedByItsPlace() throws IOException {
    fails(
        1,
        "faulty1: gather: expected indices from 0 to 3 (size 4), found index 9",
        "train",
        "xor",
        "--set",
        "data.batch=4",
        "--set",
        BROKEN.formatted("index"));
  }

  @Test
  void outputThatCannotBeWritten() throws IOException {
    job("file", "in the way");
    fails(1, "file", "train", "xor", "--out", "file/run");
    fails(1, "file", "train", "xor", "--out", "file");
    job("runs", "in the way");
    fails(1, "runs", "train", "xor");
    fails(
        1,
        "file/mnist/train-images-idx3-ubyte.gz: cannot be written (",
        "fetch",
        "mnist",
        "--data",
        "file");
  }

  @Test
  void weightsThatDoNotFit() throws IOException {
    Cli cli = Cli.in(folder);
    cli.run("train", "xor", "--epochs", "1", "--out", "run");
    fails(
        2, "does not fit the job", "eval", "xor", "--from", "run", "--set", "model.mlp.hidden=[4]");
    Path weights = folder.resolve("run/weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
    fails(4, "weights.safetensors: ", "eval", "xor", "--from", "run");
  }

  @Test
  void theStackTraceIsForDebugging() {
    Cli.Result result = Cli.in(folder).run("train", "nope", "--debug");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("merapi: unknown job 'nope'").contains("\tat dev.merapi.");
  }
}
