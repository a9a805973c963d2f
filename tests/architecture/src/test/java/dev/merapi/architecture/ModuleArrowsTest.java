package dev.merapi.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules: cli -> explain -> train -> nn -> core <- backends. */
@AnalyzeClasses(packages = "dev.merapi", importOptions = DoNotIncludeTests.class)
class ModuleArrowsTest {
  @ArchTest
  static final ArchRule modules =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.merapi..")
          .layer("cli")
          .definedBy("dev.merapi.cli..")
          .layer("explain")
          .definedBy("dev.merapi.explain..")
          .layer("train")
          .definedBy("dev.merapi.train..")
          .layer("nn")
          .definedBy("dev.merapi.nn..")
          .layer("backends")
          .definedBy("dev.merapi.backend..")
          .layer("core")
          .definedBy("dev.merapi.core..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("explain")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("explain", "cli")
          .whereLayer("nn")
          .mayOnlyBeAccessedByLayers("train", "explain", "cli")
          .whereLayer("backends")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule noCirclesBetweenTheModules =
      slices().matching("dev.merapi.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PACKAGES_OF_THE_CUDA_BACKEND_FORM_NO_CIRCLE =
      slices().matching("dev.merapi.backend.cuda.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PACKAGES_OF_TRAINING_FORM_NO_CIRCLE =
      slices().matching("dev.merapi.train.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule coreNeedsOnlyJava =
      classes()
          .that()
          .resideInAPackage("dev.merapi.core..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.merapi.core..", "java..");

  @ArchTest
  static final ArchRule backendsKnowOpsAndNoLayers =
      noClasses()
          .that()
          .resideInAPackage("dev.merapi.backend..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.merapi.nn..", "dev.merapi.train..", "dev.merapi.cli..");

  @ArchTest
  static final ArchRule onlyImagesThatUsersGiveOrGetNeedTheDesktopModule =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.merapi.train.data.image..", "dev.merapi.explain.picture..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.awt..", "javax.swing..", "javax.imageio..");
}
