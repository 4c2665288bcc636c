package io.sennit.testkit;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The rules of the house over one module, from its own folder:
 *
 * <pre>{@code
 * class GridRulesTest extends HouseRulesTest {
 *   GridRulesTest() {
 *     super("io.sennit.grid");
 *   }
 * }
 * }</pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HouseRulesTest {
  private static final String ROOT = "io.sennit";

  private final Path classes;
  private final JavaClasses main;
  private final JavaClasses tests;

  /**
   * For a module.
   *
   * @param base the package all its classes are in
   */
  protected HouseRulesTest(String base) {
    this(base, Path.of("target", "classes"));
  }

  /**
   * For a module that another one tests.
   *
   * @param base the package all its classes are in
   * @param classes the folder they are compiled to
   */
  HouseRulesTest(String base, Path classes) {
    this.classes = classes;
    main =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(base);
    tests =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(base);
    if (main.isEmpty()) {
      throw new AssertionError("no classes in " + base);
    }
  }

  @Test
  void roomsStandOnLowerFloors() {
    HouseRules.floors(ROOT).check(main);
  }

  @Test
  void enginesAndWiresCallNothingThatDiffersFromRunToRun() {
    HouseRules.pureCalls().check(main);
  }

  @Test
  void enginesAndWiresKnowNoThreadsAndLocks() {
    HouseRules.pureTypes().check(main);
    HouseRules.noSynchronizedMethods().check(main);
    if (!Files.isDirectory(classes)) {
      throw new AssertionError("run from the module's folder: no " + classes.toAbsolutePath());
    }
    var monitors = Monitors.inPureRooms(classes);
    if (!monitors.isEmpty()) {
      throw new AssertionError("synchronized blocks in " + monitors);
    }
  }

  @Test
  void enginesAndWiresHaveNoMutableStatics() {
    HouseRules.noMutableStatics().check(main);
  }

  @Test
  void buffersStayInside() {
    HouseRules.byteBufStaysInside(ROOT).check(main);
  }

  /** A command may print; its module overrides this. */
  @Test
  protected void librariesDoNotPrint() {
    HouseRules.noPrinting().check(main);
  }

  @Test
  void nobodySleeps() {
    HouseRules.noSleep().check(main);
    HouseRules.noSleep().check(tests);
  }
}
