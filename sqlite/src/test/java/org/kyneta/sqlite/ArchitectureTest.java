package org.kyneta.sqlite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What no test of behaviour would notice in time. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.kyneta.sqlite");

  private static final Set<String> OPENERS =
      Set.of(
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.nio.channels.FileChannel",
          "java.nio.channels.AsynchronousFileChannel",
          "java.util.Scanner");

  private static final Set<String> HARMLESS =
      Set.of(
          "exists",
          "isDirectory",
          "readAttributes",
          "isReadable",
          "isWritable",
          "size",
          "createFile",
          "createTempFile",
          "deleteIfExists",
          "move");

  /** Closing any descriptor of a database's file gives up all locks that SQLite has on it. */
  @Test
  void nothingIsOpenedByJavaButTemporaryFilesFinishedOnesLogsAndWhatNobodyHasOpen() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Spill.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(NewFile.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(DamagedFile.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(DurableLog.class.getName())
        .should()
        .callMethodWhere(opensAFile())
        .orShould()
        .callConstructorWhere(opensAFile())
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaCall<?>> opensAFile() {
    return DescribedPredicate.describe(
        "it opens a file",
        call -> {
          String owner = call.getTargetOwner().getName();
          return OPENERS.contains(owner)
              || (owner.equals("java.nio.file.Files") && !HARMLESS.contains(call.getName()));
        });
  }

  /** A carrier thread that waits for a monitor is lost to all other virtual threads on Java 21. */
  @Test
  void noMethodIsSynchronized() {
    noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).check(CLASSES);
  }
}
