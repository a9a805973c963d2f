package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script as a process, with a Java, a Maven and an {@code uname} that only say what
 * they were asked; the real ones run in {@code .ci/run}.
 */
class LauncherTest {
  /** Tests run in the module's folder, java/cli. */
  private static final Path SCRIPT = Path.of("../../merapi").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Path home;
  private Path tools;

  private record Result(int code, String out, String err) {}

  @BeforeEach
  void copyTheScriptIntoAProject() throws IOException {
    home = Files.createDirectories(folder.resolve("my project"));
    tools = Files.createDirectories(folder.resolve("tools"));
    Files.copy(SCRIPT, home.resolve("merapi"));
    Files.createDirectories(home.resolve("java/cli/src/main"));
    Files.createDirectories(home.resolve("java/cli/src/test"));
    Files.createDirectories(home.resolve("kernels-cu"));
    Files.createDirectories(home.resolve("native"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.writeString(home.resolve("java/cli/src/main/A.java"), "class A {}");
    age(home);
    java("17.0.9");
    tool("javac", "exit 0");
    maven("");
  }

  private static void age(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
      }
    }
  }

  private void tool(String name, String script) throws IOException {
    Path tool = tools.resolve(name);
    Files.writeString(tool, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void java(String version) throws IOException {
    tool(
        "java",
        """
        if [ "$1" = -version ]; then echo 'openjdk version "%s" 2023-10-17' >&2; exit; fi
        echo "java $*"
        echo "threads $OMP_NUM_THREADS" >>"%s"
        """
            .formatted(version, folder.resolve("threads")));
  }

  private void maven(String before) throws IOException {
    tool(
        "mvn",
        """
        echo run >>"%1$s"
        echo chatter
        %2$s
        mkdir -p "%3$s/lib"
        : >"%3$s/lib/dependency.jar"
        : >"%3$s/merapi-cli.jar"
        """
            .formatted(folder.resolve("builds"), before, home.resolve("java/cli/target")));
  }

  private Process start(Path script, Map<String, String> environment, String... arguments)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command(Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList());
    builder.directory(folder.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("MERAPI_JAVA_OPTS");
    builder.environment().remove("OMP_NUM_THREADS");
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Result end(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes());
    String err = new String(process.getErrorStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err);
  }

  private Result run(String... arguments) throws IOException, InterruptedException {
    return end(start(home.resolve("merapi"), Map.of(), arguments));
  }

  private long builds() throws IOException {
    Path log = folder.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  @Test
  void buildsOnceAndPassesTheArguments() throws Exception {
    Result first = run("train", "a b");
    assertThat(first.code()).isZero();
    assertThat(first.out())
        .startsWith("java ")
        .endsWith("-cp " + home + "/build/dist/lib/* dev.merapi.cli.Main train a b\n");
    assertThat(first.err()).contains("building").contains("chatter");
    Result second = run("devices");
    assertThat(second.out()).contains("Main devices");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
    assertThat(home.resolve("build/dist/lib/dependency.jar")).exists();
    assertThat(home.resolve("build/dist/lib/merapi-cli.jar")).exists();
    assertThat(home.resolve("build")).isDirectoryNotContaining(file -> !file.endsWith("dist"));
  }

  @Test
  void rebuildsWhenASourceIsNewerOrGone() throws Exception {
    run();
    Files.writeString(home.resolve("java/cli/src/test/ATest.java"), "class ATest {}");
    run();
    assertThat(builds()).isEqualTo(1);
    FileTime later = FileTime.from(Instant.now().plusSeconds(2));
    Files.setLastModifiedTime(home.resolve("java/cli/src/main/A.java"), later);
    run();
    assertThat(builds()).isEqualTo(2);
    age(home.resolve("java"));
    run();
    assertThat(builds()).isEqualTo(2);
    Files.delete(home.resolve("java/cli/src/main/A.java"));
    Files.setLastModifiedTime(home.resolve("java/cli/src/main"), later);
    run();
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void worksThroughSymbolicLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("my project/merapi"));
    Path second = Files.createSymbolicLink(tools.resolve("merapi-link"), link);
    assertThat(end(start(second, Map.of(), "devices")).out())
        .contains(home + "/build/dist/lib/* dev.merapi.cli.Main devices");
  }

  @Test
  void aFailedBuildLeavesNothing() throws Exception {
    maven("exit 1");
    Result failed = run("devices");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).endsWith("merapi: the build failed\n");
    assertThat(home.resolve("build")).isEmptyDirectory();
    maven("");
    assertThat(run("devices").code()).isZero();
  }

  @Test
  void aKilledBuildIsTakenOver() throws Exception {
    maven("sleep 60");
    Process killed = start(home.resolve("merapi"), Map.of(), "devices");
    while (builds() == 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    List<ProcessHandle> children = killed.descendants().toList();
    killed.destroyForcibly().waitFor();
    children.forEach(ProcessHandle::destroyForcibly);
    assertThat(home.resolve("build/dist")).doesNotExist();
    maven("");
    assertThat(run("devices").code()).isZero();
    assertThat(home.resolve("build")).isDirectoryNotContaining(file -> !file.endsWith("dist"));
  }

  @Test
  void twoFirstRunsBuildOnce() throws Exception {
    maven("sleep 1");
    Process one = start(home.resolve("merapi"), Map.of(), "one");
    Process two = start(home.resolve("merapi"), Map.of(), "two");
    assertThat(end(one).out()).endsWith("Main one\n");
    assertThat(end(two).out()).endsWith("Main two\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void namesTheJavaThatIsTooOld() throws Exception {
    java("1.8.0_392");
    Result old = run("devices");
    assertThat(old.code()).isEqualTo(1);
    assertThat(old.err())
        .isEqualTo(
            "merapi: needs a JDK 17 or newer in JAVA_HOME or on the PATH; found "
                + tools.resolve("java")
                + " is Java 1\n");
  }

  @Test
  void javaHomeComesFirst() throws Exception {
    Path jdk = Files.createDirectories(folder.resolve("jdk/bin"));
    java("21");
    Files.copy(tools.resolve("java"), jdk.resolve("java"));
    java("17.0.9");
    run();
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk.getParent().toString(), "MERAPI_JAVA_OPTS", "-Xmx1g -Dx=y");
    tool("java", "echo wrong");
    assertThat(end(start(home.resolve("merapi"), environment)).out())
        .startsWith("java ")
        .contains(" -Xmx1g -Dx=y -cp ");
  }

  @Test
  void unsupportedMachinesAreNamedAtOnce() throws Exception {
    tool("uname", "if [ \"$1\" = -s ]; then echo Plan9; else echo x86_64; fi");
    assertThat(run().err())
        .isEqualTo("merapi: unsupported operating system Plan9; expected Linux or macOS\n");
    tool("uname", "if [ \"$1\" = -s ]; then echo Linux; else echo sparc; fi");
    Result result = run();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo("merapi: unsupported processor sparc; expected x86_64 or aarch64\n");
    assertThat(builds()).isZero();
  }

  private String threads() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("threads"));
    return lines.get(lines.size() - 1);
  }

  @Test
  void openMpGetsItsThreadsBeforeTheProcessStarts() throws Exception {
    run("train", "--threads", "3", "a b");
    assertThat(threads()).isEqualTo("threads 3");
    run("--threads=5", "devices");
    assertThat(threads()).isEqualTo("threads 5");
    run("devices");
    assertThat(threads()).matches("threads [1-9][0-9]*");
    end(start(home.resolve("merapi"), Map.of("OMP_NUM_THREADS", "7"), "devices"));
    assertThat(threads()).isEqualTo("threads 7");
    for (String wrong : List.of("0", "-1", "two")) {
      Result result = run("devices", "--threads", wrong);
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err()).contains("found '" + wrong + "'");
    }
  }

  /** As in a container: no sources, but jars and unpacked native libraries beside the script. */
  @Test
  void aDistributionWithoutSourcesIsNotBuilt() throws Exception {
    Path unpacked = Files.createDirectories(folder.resolve("opt"));
    Path script = Files.copy(SCRIPT, unpacked.resolve("merapi"));
    Result nothing = end(start(script, Map.of(), "devices"));
    assertThat(nothing.code()).isEqualTo(1);
    assertThat(nothing.err())
        .isEqualTo("merapi: found neither sources nor jars in " + unpacked + "\n");
    Files.createDirectory(unpacked.resolve("lib"));
    assertThat(end(start(script, Map.of(), "devices")).out())
        .doesNotContain("java.library.path")
        .endsWith(" -cp " + unpacked + "/lib/* dev.merapi.cli.Main devices\n");
    Files.createDirectory(unpacked.resolve("natives"));
    assertThat(end(start(script, Map.of(), "devices")).out())
        .contains(" -Djava.library.path=" + unpacked + "/natives ")
        .endsWith(" -cp " + unpacked + "/lib/* dev.merapi.cli.Main devices\n");
    assertThat(builds()).isZero();
  }
}
