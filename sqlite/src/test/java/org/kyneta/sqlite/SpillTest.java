package org.kyneta.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The temporary file of a cursor that has let go of its snapshot. */
class SpillTest {

  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @Test
  void whatIsKeptAsideComesBackAndCannotBeReadFromTheDisk() throws IOException {
    try (Spill<byte[]> spill = new Spill<>(Shape.IDS)) {
      for (int i = 0; i < 20_000; i++) {
        spill.add(id(i));
      }
      assertThat(spill.poll()).isEqualTo(id(0));
      if (Files.isDirectory(OPEN_FILES)) {
        assertThat(contents()).hasSizeGreaterThan(300_000).doesNotContain("document");
      }
      for (int i = 1; i < 20_000; i++) {
        assertThat(spill.poll()).isEqualTo(id(i));
      }
      assertThat(spill.poll()).isNull();
    }
  }

  @Test
  void theFileHasNoNameAndIsGoneAfterwards() throws IOException {
    assumeTrue(Files.isDirectory(OPEN_FILES), "this system does not show open files");
    try (Spill<byte[]> spill = new Spill<>(Shape.IDS)) {
      spill.add(id(0));
      assertThat(files()).singleElement().asString().endsWith("(deleted)");
    }
    assertThat(files()).isEmpty();
  }

  private static byte[] id(int number) {
    return ("document " + number).getBytes(UTF_8);
  }

  /** Returns the content of the one temporary file that is open, through its descriptor. */
  private static String contents() throws IOException {
    try (Stream<Path> descriptors = Files.list(OPEN_FILES)) {
      Path open =
          descriptors
              .filter(path -> target(path).contains("kyneta-cursor-"))
              .findFirst()
              .orElseThrow();
      return Files.readString(open, ISO_8859_1);
    }
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> descriptors = Files.list(OPEN_FILES)) {
      return descriptors
          .map(SpillTest::target)
          .filter(name -> name.contains("kyneta-cursor-"))
          .toList();
    }
  }

  /** Returns what a descriptor points to; nothing if it was closed meanwhile. */
  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
