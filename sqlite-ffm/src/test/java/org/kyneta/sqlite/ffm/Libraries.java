package org.kyneta.sqlite.ffm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A current SQLite, built from the sources that better-sqlite3 carries. */
final class Libraries {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  private Libraries() {}

  /** Returns a binding to a current library; aborts the test where there are no sources. */
  static FfmBinding current() {
    return FfmBinding.at(currentFile());
  }

  /** Returns where a current library is; aborts the test where there are no sources. */
  static synchronized Path currentFile() {
    Path library = PROJECT.resolve("target/libsqlite3-current.so");
    Path sources =
        PROJECT.resolveSibling("javascript/node_modules/better-sqlite3/deps/sqlite3/sqlite3.c");
    if (!Files.exists(library)) {
      assumeTrue(
          Files.exists(sources) || System.getenv("CI") != null,
          "no current SQLite to test with: run 'npm ci' in the folder javascript, which brings its"
              + " sources");
      compile(sources, library);
    }
    return library;
  }

  private static void compile(Path source, Path library) {
    Path partial = library.resolveSibling("libsqlite3-partial.so");
    List<String> command =
        List.of(
            "cc",
            "-O2",
            "-fPIC",
            "-shared",
            "-DSQLITE_THREADSAFE=1",
            "-o",
            partial.toString(),
            source.toString(),
            "-lm",
            "-lpthread",
            "-ldl");
    try {
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("cc failed with exit code " + code);
      }
      Files.move(partial, library);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("expected to compile SQLite", e);
    }
  }
}
