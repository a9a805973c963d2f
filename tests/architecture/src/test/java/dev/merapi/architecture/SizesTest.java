package dev.merapi.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What must stay small stays small: source files and the backend interfaces. */
class SizesTest {
  private static final int LONGEST_MAIN_FILE = 500;
  private static final int MOST_BACKEND_METHODS = 25;

  /** Tests run in the module's folder, tests/architecture. */
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  @Test
  void noMainFileIsLongerThan500Lines() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(ROOT.resolve("java"))) {
      sources = files.filter(SizesTest::isMainSource).toList();
    }
    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(sources).filteredOn(file -> lines(file) > LONGEST_MAIN_FILE).isEmpty();
  }

  private static boolean isMainSource(Path file) {
    String path = file.toString();
    return path.endsWith(".java") && path.contains("src/main/java");
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a backend has to implement; a record's accessors and static factories do not count. */
  @Test
  void theBackendInterfacesHaveAtMost25Methods() {
    List<String> methods =
        new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages("dev.merapi.core.backend")
                .stream()
                .filter(JavaClass::isInterface)
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> !method.getModifiers().contains(JavaModifier.STATIC))
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .map(JavaMethod::getFullName)
                .toList();
    assertThat(methods).isNotEmpty().hasSizeLessThanOrEqualTo(MOST_BACKEND_METHODS);
  }
}
