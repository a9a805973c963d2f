package dev.merapi.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The image of {@code docker/Dockerfile}, with the jars that this build has packaged. */
record Image(String name, String base) implements AutoCloseable {
  /** Tests run in the module's folder, tests/docker. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  private static final Path CONTEXT = Path.of("target", "context");

  static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  /** Builds it; without an engine, a base or jars the test is skipped, or fails if so wanted. */
  static Image build() throws IOException {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      missing("no Docker engine");
    }
    String base = System.getProperty("merapi.docker.base");
    if (!isThere(base)) {
      missing("no image " + base + ", and it cannot be pulled");
    }
    Path packaged = ROOT.resolve("java/cli/target");
    if (!Files.isDirectory(packaged.resolve("lib"))) {
      missing("no jars in " + packaged + "; mvn verify packages them");
    }
    prepareContext(packaged);
    Image image = new Image("localhost/merapi-test:" + UUID.randomUUID(), base);
    docker()
        .buildImageCmd()
        .withBaseDirectory(CONTEXT.toFile())
        .withDockerfile(CONTEXT.resolve("docker/Dockerfile").toFile())
        .withBuildArg("BASE_IMAGE", base)
        .withBuildArg("JARS", "jars")
        .withTags(Set.of(image.name()))
        .exec(new BuildImageResultCallback())
        .awaitImageId(5, TimeUnit.MINUTES);
    return image;
  }

  private static void missing(String what) {
    assertThat(Boolean.getBoolean("merapi.docker.required")).as(what).isFalse();
    abort(what);
  }

  private static boolean isThere(String image) {
    try {
      docker().inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return pull(image);
    }
  }

  private static boolean pull(String image) {
    try {
      return docker()
          .pullImageCmd(image)
          .exec(new PullImageResultCallback())
          .awaitCompletion(1, TimeUnit.MINUTES);
    } catch (DockerException e) {
      return false; // the reason is told as that of the skip
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A small build context: what the Dockerfile takes from the sources, and the jars. */
  private static void prepareContext(Path packaged) throws IOException {
    Path jars = Files.createDirectories(CONTEXT.resolve("jars"));
    for (Path old : list(jars)) {
      Files.delete(old);
    }
    Files.createDirectories(CONTEXT.resolve("docker"));
    for (String file : List.of("merapi", "docker/Dockerfile", "docker/health")) {
      copy(ROOT.resolve(file), CONTEXT.resolve(file));
    }
    for (Path jar : list(packaged.resolve("lib"))) {
      copy(jar, jars.resolve(jar.getFileName()));
    }
    for (Path jar : list(packaged)) {
      if (jar.getFileName().toString().matches("merapi-cli-[0-9.]+(-SNAPSHOT)?\\.jar")) {
        copy(jar, jars.resolve(jar.getFileName()));
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }

  InspectImageResponse inspect() {
    return docker().inspectImageCmd(name).exec();
  }

  /** What its layers add to the base. */
  long bytesAboveBase() {
    return inspect().getSize() - docker().inspectImageCmd(base).exec().getSize();
  }

  @Override
  public void close() {
    docker().removeImageCmd(name).withForce(true).exec();
  }
}
