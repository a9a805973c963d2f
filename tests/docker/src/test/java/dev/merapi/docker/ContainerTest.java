package dev.merapi.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.model.ContainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.Container.ExecResult;

/** Trainings in containers of the image, on a machine that has a Docker engine. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ContainerTest {
  private static final long MOST_BYTES_ABOVE_BASE = 250_000_000;

  private static Image image;
  private static byte[] uninterrupted;

  private final String volume = "merapi-test-" + UUID.randomUUID();

  @BeforeEach
  void buildOnce() throws IOException {
    if (image == null) {
      image = Image.build();
    }
    Image.docker().createVolumeCmd().withName(volume).exec();
  }

  @AfterEach
  void removeVolume() {
    if (image != null) {
      Image.docker().removeVolumeCmd(volume).exec();
    }
  }

  @AfterAll
  static void removeImage() {
    if (image != null) {
      image.close();
    }
  }

  private List<String> runs() {
    return List.of(volume + ":/runs");
  }

  private Container run(String... command) {
    return new Container(image, runs(), Map.of(), command);
  }

  private Container train(String... more) {
    String command = "train digits --epochs 5 --set checkpoint.everySteps=20 --out /runs/digits";
    return run((command + " " + String.join(" ", more)).strip().split(" "));
  }

  /** The weights of the same training that nothing disturbs. */
  private byte[] uninterrupted() {
    if (uninterrupted == null) {
      try (Container whole = train()) {
        assertThat(whole.exitCode()).as(whole.log()).isZero();
        assertThat(whole.log()).contains("device auto: chose cpu (cuda: the NVIDIA driver");
        uninterrupted = weights(whole);
      }
    }
    return uninterrupted;
  }

  private static byte[] weights(Container container) {
    return container.file("/runs/digits/weights.safetensors");
  }

  @Test
  void theImageIsSmallAndDescribesItself() {
    assertThat(image.bytesAboveBase()).isPositive().isLessThan(MOST_BYTES_ABOVE_BASE);
    ContainerConfig config = image.inspect().getConfig();
    assertThat(config.getUser()).isEqualTo("10001:10001");
    assertThat(config.getVolumes()).containsOnlyKeys("/data", "/runs");
    assertThat(config.getEntrypoint()).containsExactly("tini", "--", "/opt/merapi/merapi");
    assertThat(config.getHealthcheck().getTest()).isEqualTo(List.of("CMD", "/opt/merapi/health"));
    assertThat(config.getLabels())
        .containsEntry("org.opencontainers.image.title", "Merapi")
        .containsEntry("org.opencontainers.image.licenses", "Apache-2.0");
  }

  @Test
  void theCpuIsUsedWithinTheQuotaAndNoLibraryIsUnpacked() {
    try (Container devices = run()) {
      assertThat(devices.exitCode()).as(devices.log()).isZero();
      assertThat(devices.log())
          .containsPattern("cpu +usable +oneDNN [0-9.]+ on 1 threads")
          .doesNotContain("cannot be loaded: /");
    }
  }

  /** On libraries that stand in for CUDA's: all of JCuda is found in the image. */
  @Test
  void cudaIsUsedWhereItsLibrariesAre() {
    Path standIn = Image.ROOT.resolve("tests/cuda-stand-in/target/stand-in");
    assumeTrue(Files.exists(standIn.resolve("libcuda.so.1")), "the stand-in was not built");
    List<String> binds = List.of(standIn + ":/stand-in:ro");
    Map<String, String> options = Map.of("MERAPI_JAVA_OPTS", "-Dmerapi.cuda.standIn=/stand-in");
    try (Container devices = new Container(image, binds, options)) {
      assertThat(devices.exitCode()).as(devices.log()).isZero();
      assertThat(devices.log())
          .containsPattern("cuda +usable .* cuDNN [0-9.]+, epilogues by cuBLASLt 12");
    }
  }

  @Test
  void cudaWithoutAGpuIsAnErrorThatSaysWhy() {
    try (Container training = run("train", "digits", "--device", "cuda")) {
      assertThat(training.exitCode()).isEqualTo(3);
      assertThat(training.log())
          .startsWith("merapi: device cuda cannot be used: ")
          .contains("libcuda.so.1");
    }
  }

  @Test
  void whatATrainingLearnedIsDrawn() {
    try (Container training = run("train", "digits", "--epochs", "1", "--out", "/runs/digits")) {
      assertThat(training.exitCode()).as(training.log()).isZero();
    }
    String explain = "explain digits --from /runs/digits --out /runs/seen --samples 100";
    try (Container explained = run(explain.split(" "))) {
      assertThat(explained.exitCode()).as(explained.log()).isZero();
      assertThat(explained.file("/runs/seen/report.txt")).isNotEmpty();
      assertThat(explained.file("/runs/seen/tsne.png")).startsWith(0x89, 'P', 'N', 'G');
    }
  }

  @Test
  void aTrainingThatWasStoppedGoesOnInANewContainer() {
    byte[] expected = uninterrupted();
    try (Container stopped = train("--overwrite")) {
      stopped.awaitLog("epoch 1/5:");
      stopped.stop();
      assertThat(stopped.exitCode()).as(stopped.log()).isEqualTo(128 + 15);
      assertThat(stopped.log())
          .containsPattern("interrupted after step \\d+; go on with --resume --out /runs/digits");
    }
    resumedEndsWith(expected);
    try (Container finished = train("--resume")) {
      assertThat(finished.exitCode()).as(finished.log()).isZero();
    }
  }

  @Test
  void aTrainingThatWasKilledGoesOnInANewContainer() {
    byte[] expected = uninterrupted();
    try (Container killed = train("--overwrite")) {
      killed.awaitLog("epoch 2/5:");
      killed.kill();
      assertThat(killed.exitCode()).as(killed.log()).isEqualTo(128 + 9);
    }
    resumedEndsWith(expected);
  }

  private void resumedEndsWith(byte[] expected) {
    try (Container resumed = train("--resume")) {
      assertThat(resumed.exitCode()).as(resumed.log()).isZero();
      assertThat(resumed.log()).contains("going on from step ").doesNotContain("starting afresh");
      assertThat(weights(resumed)).isEqualTo(expected);
    }
  }

  @Test
  void theHealthCheckSeesATrainingThatHangs() throws Exception {
    Map<String, String> impatient = Map.of("MERAPI_STALL_SECONDS", "4");
    try (Container training =
        new Container(image, runs(), impatient, "train", "digits", "--epochs", "1000")) {
      training.awaitLog("epoch 1/1000:");
      training.awaitHealth("healthy");
      assertThat(training.exec("id -u").getStdout()).isEqualTo("10001\n");
      assertThat(training.exec("find /tmp -type f").getStdout())
          .contains("/tmp/merapi-heartbeat")
          .doesNotContain(".so");
      // All processes but the first one, which waits for them.
      training.exec("kill -s STOP -- -1");
      training.awaitHealth("unhealthy");
      ExecResult check = training.exec("/opt/merapi/health");
      assertThat(check.getExitCode()).isEqualTo(1);
      assertThat(check.getStdout()).containsPattern("the training got on \\d+ s ago");
      training.exec("kill -s CONT -- -1");
      training.awaitHealth("healthy");
      training.stop();
      assertThat(training.exitCode()).as(training.log()).isEqualTo(128 + 15);
    }
  }
}
