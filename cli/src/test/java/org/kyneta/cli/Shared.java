package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder beside the repository that holds what the JavaScript implementation wrote and recorded
 * editing sessions. Tests that need it are skipped where it is absent, but not in continuous
 * integration.
 */
final class Shared {

  private static final Path FOLDER = Path.of("..", "..", "shared").toAbsolutePath().normalize();

  private Shared() {}

  static boolean isContinuousIntegration() {
    return "true".equals(System.getenv("CI"));
  }

  /** Returns a file of the folder, or skips the test. */
  static Path file(String name) {
    Path file = FOLDER.resolve(name);
    if (isContinuousIntegration()) {
      assertThat(file).as("continuous integration has the shared folder").exists();
    }
    assumeThat(file).as("%s is absent, so the test is skipped", file).exists();
    return file;
  }

  /** Returns a copy of a file, since the folder must not be written to. */
  static Path copy(String name, Path directory) throws IOException {
    Path source = file(name);
    Path copy = directory.resolve(source.getFileName().toString());
    Files.write(copy, Files.readAllBytes(source));
    return copy;
  }
}
