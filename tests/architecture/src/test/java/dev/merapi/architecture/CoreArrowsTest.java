package dev.merapi.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * The arrows inside core: tensor, scalar <- graph <- op <- autodiff, pass <- plan <- backend <-
 * runtime.
 */
@AnalyzeClasses(packages = "dev.merapi.core", importOptions = DoNotIncludeTests.class)
class CoreArrowsTest {
  /** From the bottom; packages on one level do not know each other. */
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("tensor", "scalar"),
          List.of("graph"),
          List.of("op"),
          List.of("autodiff", "pass"),
          List.of("plan"),
          List.of("backend"),
          List.of("runtime"));

  @ArchTest
  static final ArchRule noCircles =
      slices().matching("dev.merapi.core.(*)..").should().beFreeOfCycles();

  @ArchTest
  static void everyArrowPointsDown(JavaClasses classes) {
    for (int level = 0; level < LEVELS.size(); level++) {
      for (String name : LEVELS.get(level)) {
        String[] forbidden =
            LEVELS.subList(level, LEVELS.size()).stream()
                .flatMap(List::stream)
                .filter(other -> !other.equals(name) && !arrowWithinLevel(name, other))
                .map(CoreArrowsTest::inPackage)
                .toArray(String[]::new);
        noClasses()
            .that()
            .resideInAPackage(inPackage(name))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(forbidden)
            .check(classes);
      }
    }
  }

  /** The scalar language computes in element types. */
  private static boolean arrowWithinLevel(String from, String to) {
    return from.equals("scalar") && to.equals("tensor");
  }

  @ArchTest
  static void noOtherPackages(JavaClasses classes) {
    String[] known =
        LEVELS.stream().flatMap(List::stream).map(CoreArrowsTest::inPackage).toArray(String[]::new);
    noClasses().should().resideOutsideOfPackages(known).check(classes);
  }

  private static String inPackage(String name) {
    return "dev.merapi.core." + name + "..";
  }
}
