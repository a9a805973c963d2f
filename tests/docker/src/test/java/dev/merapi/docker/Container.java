package dev.merapi.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;

/**
 * A container with no more rights than a training needs: one processor, 1 GB of memory, no network,
 * no capabilities, and nothing that can be written but the volume of the runs and a temporary
 * folder from which nothing can be executed.
 */
final class Container implements AutoCloseable {
  private static final long MEMORY = 1L << 30;
  private static final long ONE_PROCESSOR = 1_000_000_000;

  private final GenericContainer<?> container;

  /**
   * Starts it.
   *
   * @param binds {@code FROM:TO[:ro]}, of volumes or the machine's folders
   */
  Container(Image image, List<String> binds, Map<String, String> environment, String... command) {
    container =
        new GenericContainer<>(image.name())
            .withCommand(command)
            .withEnv(environment)
            .withNetworkMode("none")
            .withTmpFs(Map.of("/tmp", "rw,noexec,uid=10001"))
            .withStartupCheckStrategy(new Started())
            .withCreateContainerCmdModifier(create -> restrict(create, binds));
    container.start();
  }

  private static void restrict(CreateContainerCmd create, List<String> binds) {
    create
        .getHostConfig()
        .withMemory(MEMORY)
        .withMemorySwap(MEMORY)
        .withNanoCPUs(ONE_PROCESSOR)
        .withPidsLimit(256L)
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges"))
        .withBinds(binds.stream().map(Bind::parse).toList());
    // The image's own check, more often.
    create.withHealthcheck(new HealthCheck().withInterval(TimeUnit.SECONDS.toNanos(1)));
  }

  /** Also a container that has ended already was started. */
  private static final class Started extends StartupCheckStrategy {
    @Override
    public StartupStatus checkStartupState(DockerClient client, String id) {
      return "created".equals(getCurrentState(client, id).getStatus())
          ? StartupStatus.NOT_YET_KNOWN
          : StartupStatus.SUCCESSFUL;
    }
  }

  /** Waits for its end. */
  int exitCode() {
    return Image.docker()
        .waitContainerCmd(container.getContainerId())
        .exec(new WaitContainerResultCallback())
        .awaitStatusCode(2, TimeUnit.MINUTES);
  }

  String log() {
    return container.getLogs();
  }

  void awaitLog(String text) {
    await("'" + text + "' in the log", () -> log().contains(text));
  }

  String health() {
    InspectContainerResponse.ContainerState state =
        Image.docker().inspectContainerCmd(container.getContainerId()).exec().getState();
    return state.getHealth().getStatus();
  }

  void awaitHealth(String status) {
    await("health " + status, () -> health().equals(status));
  }

  private void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s within a minute; log: %s", what, log()).isLessThan(end);
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** As {@code docker stop} does: SIGTERM, and SIGKILL a minute later. */
  void stop() {
    Image.docker().stopContainerCmd(container.getContainerId()).withTimeout(60).exec();
  }

  void kill() {
    Image.docker().killContainerCmd(container.getContainerId()).exec();
  }

  ExecResult exec(String script) throws Exception {
    return container.execInContainer(UTF_8, "sh", "-c", script);
  }

  byte[] file(String path) {
    return container.copyFileFromContainer(path, stream -> stream.readAllBytes());
  }

  @Override
  public void close() {
    container.stop(); // and removes it
  }
}
