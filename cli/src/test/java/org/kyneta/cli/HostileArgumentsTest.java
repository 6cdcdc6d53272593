package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteStore;

/** Names of stores and tables that would be more than names to whoever passed them on. */
class HostileArgumentsTest {

  @TempDir private Path directory;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":memory:",
        ":resource:http:x",
        "file:x.db?mode=memory&cache=shared",
        "x.db?enable_load_extension=true",
        "x.db#y",
        "jdbc:sqlite:x.db",
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'x'",
        "jdbc:postgresql:app",
        "x'; DROP TABLE app; --"
      })
  void everyNameOfAFileIsAName(String name) throws IOException {
    Path store = directory.resolve(name);
    Tool.runWith(log(), "record", store, "doc", "--updates", "-").done();
    assertThat(names()).containsExactly(name, name + ".kyneta-lock");
    assertThat(Tool.run("stat", store, "--json").done().number("records")).isEqualTo(2);
  }

  @Test
  void whatIsNoFileIsRefusedByEveryCommand() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path dangling =
        Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("none"));
    Path folder = Files.createDirectory(directory.resolve("folder"));
    List<String> before = names();
    for (Path store : List.of(pipe, dangling, folder, Path.of("/dev/null"))) {
      for (String command : List.of("ls", "stat", "dump", "verify", "compact", "load")) {
        assertThat(Tool.runWith(new byte[0], command, store).failure())
            .as(command)
            .contains("expected a database file, found a");
      }
      Path target = directory.resolve("target");
      assertThat(Tool.run("backup", store, target).failure()).contains("found a");
      assertThat(Tool.run("copy", store, target).failure()).contains("found a");
      assertThat(Tool.run("salvage", store, "--into", target).failure()).contains("found a");
      assertThat(Tool.run("convert", store, "--format", 2).failure()).contains("found a");
      assertThat(Tool.run("checksum", store).failure()).contains("found a");
    }
    assertThat(names()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b"})
  void whatIsNoPathIsRefused(String name) {
    Run run = Tool.run("stat", name);
    assertThat(run.code()).isNotEqualTo(Kyneta.DONE);
    assertThat(run.err()).contains("expected a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t(x); drop table app; --",
        "a\"b",
        "a b",
        "main.records",
        "sqlite_master",
        "ключ",
        "x\0"
      })
  void whatIsNoNameOfATableIsRefused(String name) throws IOException {
    Path store = directory.resolve("store.db");
    Run run =
        Tool.runWith(
            log(), "record", store, "doc", "--updates", "-", "--tables", "records=" + name);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("expected a table name");
    assertThat(names()).isEmpty();
  }

  @Test
  void whatIsWrittenIsForItsOwnerAlone() throws Exception {
    for (String mask : List.of("000", "022")) {
      Path folder = Files.createDirectory(directory.resolve(mask));
      List<String> masked = List.of("sh", "-c", "umask " + mask + "; exec \"$@\"", "sh");
      assertThat(ChildJvm.startUnder(masked, WritesAll.class, List.of(), folder).output())
          .isEmpty();
      List<String> found = new ArrayList<>();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .as("umask %s, %s", mask, file.getFileName())
              .isEqualTo("rw-------");
          found.add(file.getFileName().toString());
        }
      }
      assertThat(found)
          .contains(
              "store.db",
              "open.db-wal",
              "open.db-shm",
              "copy.db",
              "backup.db",
              "loaded.db",
              "salvaged.db",
              "salvaged.db.salvage.jsonl",
              "store.db.kyneta-lock",
              "demo.db");
    }
  }

  /** Returns a log of one update of Yjs, in which nothing happens. */
  static byte[] log() {
    return new byte[] {0, 0, 0, 2, 0, 0};
  }

  /** Runs every command that writes files, in a folder. */
  static final class WritesAll {

    private WritesAll() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      Path store = folder.resolve("store.db");
      Tool.runWith(log(), "record", store, "doc", "--updates", "-").done();
      byte[] dump = Tool.run("dump", store).done().bytes();
      Tool.runWith(dump, "load", folder.resolve("loaded.db")).done();
      Tool.run("copy", store, folder.resolve("copy.db")).done();
      Tool.run("backup", store, folder.resolve("backup.db")).done();
      Tool.run("convert", folder.resolve("copy.db"), "--format", 2).done();
      Tool.run("compact", folder.resolve("loaded.db")).done();
      Tool.run("demo", folder.resolve("demo.db")).done();
      Tool.run("salvage", store, "--into", folder.resolve("salvaged.db")).done();
      Path open = folder.resolve("open.db");
      Tool.runWith(log(), "record", open, "doc", "--updates", "-").done();
      SqliteStore.open(open).delete("doc");
      // Killed, so that its log stays.
      Runtime.getRuntime().halt(0);
    }
  }
}
