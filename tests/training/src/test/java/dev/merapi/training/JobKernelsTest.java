package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.backend.cuda.nvrtc.RealCompiler;
import dev.merapi.cli.Main;
import dev.merapi.cli.job.Jobs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * NVIDIA's own compiler compiles all kernels of the built-in jobs and of the workloads of {@code
 * bench}: those of training, of the smaller last batch and of evaluation. They are collected while
 * the command line runs on what stands in for CUDA, which computes nothing meanwhile.
 */
class JobKernelsTest {
  private static final int SAMPLES = 70;
  private static final int PIXELS = 28 * 28;

  @TempDir private Path folder;

  @BeforeEach
  void require() {
    StandIn.require();
    assumeTrue(!nvrtc().isEmpty(), "no folder with NVIDIA's NVRTC is given");
  }

  private static String nvrtc() {
    return System.getProperty("merapi.cuda.nvrtc", "");
  }

  @Test
  void compile() throws Exception {
    for (String workload : List.of("mlp", "lenet5", "vgg-small", "charlstm", "alexnet")) {
      merapi("bench", workload, "--device", "cuda", "--seconds", "0");
    }
    writeData();
    for (String job : Jobs.builtIn()) {
      merapi(
          "train",
          job,
          "--device",
          "cuda",
          "--epochs",
          "1",
          "--data",
          folder.resolve("data").toString(),
          "--out",
          folder.resolve("runs").resolve(job).toString());
    }
    long start = System.nanoTime();
    String compiled =
        java(List.of(), RealCompiler.class, nvrtc(), folder.resolve("sources").toString());
    int sources = Integer.parseInt(compiled.strip());
    System.out.printf(
        "%d sources, each for three architectures, in %.0f s%n",
        sources, (System.nanoTime() - start) * 1e-9);
    assertThat(sources).isGreaterThan(30);
  }

  private void merapi(String... arguments) throws IOException, InterruptedException {
    List<String> options =
        List.of(
            property("merapi.cuda.standIn", System.getProperty("merapi.cuda.standIn")),
            property("merapi.cuda.cache", System.getProperty("merapi.cuda.cache")),
            property("merapi.cuda.sources", folder.resolve("sources").toString()));
    java(options, Main.class, arguments);
  }

  private static String property(String name, String value) {
    return "-D" + name + "=" + value;
  }

  /** Runs a process; gives what it printed. */
  private String java(List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Path errors = folder.resolve("errors.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put("STAND_IN_NULL", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor())
        .as("%s: %s%s", String.join(" ", arguments), output, Files.readString(errors))
        .isZero();
    return output;
  }

  /** Data of the sizes that the jobs expect, with as little in them as they accept. */
  private void writeData() throws IOException {
    Path mnist = Files.createDirectories(folder.resolve("data").resolve("mnist"));
    for (String split : List.of("train", "t10k")) {
      ByteBuffer images = ByteBuffer.allocate(16 + SAMPLES * PIXELS);
      images.putInt(0x803).putInt(SAMPLES).putInt(28).putInt(28);
      new SplittableRandom(2).ints(SAMPLES * PIXELS).forEach(pixel -> images.put((byte) pixel));
      Files.write(mnist.resolve(split + "-images-idx3-ubyte"), images.array());
      ByteBuffer labels = ByteBuffer.allocate(8 + SAMPLES);
      labels.putInt(0x801).putInt(SAMPLES);
      IntStream.range(0, SAMPLES).forEach(i -> labels.put((byte) (i % 2))); // pairs need classes
      Files.write(mnist.resolve(split + "-labels-idx1-ubyte"), labels.array());
    }
    Path cifar = Files.createDirectories(folder.resolve("data").resolve("cifar10"));
    for (String file : List.of("data_batch_1.bin", "test_batch.bin")) {
      Files.write(cifar.resolve(file), new byte[SAMPLES * (1 + 3 * 32 * 32)]);
    }
    StringBuilder text = new StringBuilder();
    new SplittableRandom(1).ints(40_000, '0', '0' + 65).forEach(c -> text.append((char) c));
    Path shakespeare = Files.createDirectories(folder.resolve("data").resolve("tinyshakespeare"));
    Files.writeString(shakespeare.resolve("input.txt"), text);
    Path pairs = Files.createDirectories(folder.resolve("data").resolve("multi30k"));
    for (String file : List.of("train", "val", "test_2016_flickr")) {
      Files.writeString(pairs.resolve(file + ".en"), "a dog runs on the grass\n".repeat(SAMPLES));
      Files.writeString(pairs.resolve(file + ".fr"), "un chien court\n".repeat(SAMPLES));
    }
    Path reviews = Files.createDirectories(folder.resolve("data").resolve("rt-polarity"));
    Files.writeString(reviews.resolve("rt-polarity.neg"), "a dull film\n".repeat(SAMPLES));
    Files.writeString(reviews.resolve("rt-polarity.pos"), "a bright film\n".repeat(SAMPLES));
  }
}
