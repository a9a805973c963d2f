package dev.merapi.cuda.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** What is not released when the process ends is reported. */
@WithStandIn
class LeakTest {
  private static final int LEAK_STATUS = 99;

  /** A program that forgets what its arguments say. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      StandIn.load();
      for (String forgotten : arguments) {
        if (forgotten.equals("memory")) {
          Cuda.check(JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1234));
        } else {
          Cuda.check(JCudaDriver.cuStreamCreate(new CUstream(), 0));
        }
      }
    }
  }

  private record Exit(int status, String output) {}

  private static Exit run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dmerapi.cuda.standIn=" + StandIn.folder());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Program.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("STAND_IN_LEAK_FATAL", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Exit(process.waitFor(), output);
  }

  @Test
  void memory() throws IOException, InterruptedException {
    Exit exit = run("memory", "memory");
    assertThat(exit.output()).contains("leaks: 2 allocations, 0 handles", "cuMemAlloc 1234 bytes");
    assertThat(exit.status()).isEqualTo(LEAK_STATUS);
  }

  @Test
  void handles() throws IOException, InterruptedException {
    Exit exit = run("stream");
    assertThat(exit.output()).contains("leaks: 0 allocations, 1 handles");
    assertThat(exit.status()).isEqualTo(LEAK_STATUS);
  }

  @Test
  void nothing() throws IOException, InterruptedException {
    Exit exit = run();
    assertThat(exit.output()).doesNotContain("leaks");
    assertThat(exit.status()).isZero();
  }
}
