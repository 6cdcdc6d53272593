package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.kyneta.sqlite.Databases.FORMAT_1_DDL;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.LeavesOpen;

/** What becomes of the file: its name, its permissions, and what must not happen to it. */
class FilesTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.db",
        "a?mode=memory&cache=shared.db",
        "?enable_load_extension=true",
        "#fragment",
        "100%25 %41.db",
        "with space; drop table x",
        ":memory:",
        ":resource:http:x",
        "file:x.db",
        "file::memory:?cache=shared",
        "x.db?vfs=memdb&nolock=1",
        "jdbc:sqlite:x.db",
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'x'",
        "..db",
        "ünïcode-文書-😀.db"
      })
  void everyNameIsAName(String name) {
    Path file = directory.resolve(name);
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(3));
    }
    assertThat(file).isRegularFile().isNotEmptyFile();
    assertThat(directory.toFile().list()).containsExactly(name);
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      assertThat(load(store, "doc")).isEqualTo(stream(3));
    }
  }

  @Test
  void newFilesAndTheirLogsAreForTheirOwnerAlone() throws IOException {
    Path file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append("doc", StoreRecord.meta(META));
      for (String suffix : new String[] {"", "-wal", "-shm"}) {
        Path path = directory.resolve("store.db" + suffix);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(suffix)
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aDirectoryIsCalledADirectory() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> SqliteStore.open(directory))
        .withMessage(directory + ": expected a database file, found a directory");
  }

  @Test
  void whatIsNoFileIsRefusedAndNothingCreated() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path dangling =
        Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("none"));
    Path zero = Files.createSymbolicLink(directory.resolve("zero"), Path.of("/dev/zero"));
    List<String> before = names();
    Map<Path, String> refused =
        Map.of(
            pipe,
            "a device or a pipe",
            dangling,
            "a link that leads nowhere",
            zero,
            "a device or a pipe",
            Path.of("/dev/null"),
            "a device or a pipe",
            directory.resolve("."),
            "a directory",
            Path.of(""),
            "a directory");
    refused.forEach((path, found) -> {
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> SqliteStore.open(path).close(),
              () -> SqliteStore.openReadOnly(path, SqliteOptions.DEFAULT).close(),
              () -> SqliteStore.convert(path, TableNames.DEFAULT, Format.V2, Progress.NONE),
              () -> DamagedFile.open(path).close())) {
        assertThatExceptionOfType(StorageException.class)
            .as(path.toString())
            .isThrownBy(use)
            .withMessage(path.toAbsolutePath() + ": expected a database file, found " + found);
      }
    });
    assertThat(names()).isEqualTo(before);
    assertThat(Path.of("/dev/null-wal")).doesNotExist();
  }

  @Test
  void noPathCanHoldNul() {
    assertThatExceptionOfType(InvalidPathException.class)
        .isThrownBy(() -> directory.resolve("store.db\0.txt"));
  }

  @Test
  void aLinkIsFollowedToTheFileAndItsLog() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path file = elsewhere.resolve("store.db");
    Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);
    Path up = elsewhere.resolve("..").resolve("elsewhere").resolve("store.db");
    SqliteStore.open(file).close();
    try (SqliteStore store = SqliteStore.open(link);
        SqliteStore same = SqliteStore.open(up)) {
      store.appendAll("doc", stream(3));
      same.append("doc", Databases.entry(4));
      assertThat(names()).containsExactly("elsewhere", "link.db");
      assertThat(store.statistics(0, Progress.NONE).logBytes())
          .isEqualTo(Files.size(elsewhere.resolve("store.db-wal")));
      // By another process, since this one has the file open.
      for (String suffix : List.of("", "-wal")) {
        Path from = elsewhere.resolve("store.db" + suffix);
        Path to = elsewhere.resolve("copy.db" + suffix);
        assertThat(new ProcessBuilder("cp", from.toString(), to.toString()).start().waitFor())
            .isZero();
      }
    }
    // As a process leaves it that was killed: what was written is in the log alone.
    Path copy = Files.createSymbolicLink(directory.resolve("copy"), elsewhere.resolve("copy.db"));
    Path salvaged = directory.resolve("salvaged.db");
    SqliteRepair.salvage(copy, salvaged, SqliteOptions.DEFAULT, document -> {}, Progress.NONE);
    try (SqliteStore store = SqliteStore.openReadOnly(salvaged, SqliteOptions.DEFAULT)) {
      assertThat(load(store, "doc")).hasSize(5);
    }
  }

  @Test
  void anotherKindOfFileIsRefusedAndLeftAsItIs() throws IOException {
    Path file = Files.writeString(directory.resolve("text"), "no database ".repeat(500));
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> SqliteStore.open(file))
        .withMessageContaining("expected an SQLite database, found another kind of file");
    assertThat(file).hasContent("no database ".repeat(500));
  }

  @Test
  void aMissingFileIsNotCreatedByLooking() {
    Path file = directory.resolve("none.db");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT))
        .withMessage(file + ": expected a database file, found none");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path file = directory.resolve("none").resolve("store.db");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> SqliteStore.open(file))
        .withMessage(file.getParent() + ": expected a directory, found none");
  }

  @Test
  void aFileThatMayNotBeWrittenIsRefused() throws IOException, InterruptedException {
    Path file = directory.resolve("store.db");
    SqliteStore.open(file).close();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    boolean superuser = Files.isWritable(file);
    if (superuser) {
      assumeThat(chattr("+i", file)).as("this user may write everything").isTrue();
    }
    try {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> SqliteStore.open(file))
          .withMessageContaining("expected a file that may be read and written");
      try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
        assertThat(load(store, "doc")).isEmpty();
      }
    } finally {
      if (superuser) {
        chattr("-i", file);
      }
    }
  }

  /**
   * Makes a file one that not even the superuser may write; returns false if that cannot be had.
   */
  private static boolean chattr(String flag, Path file) throws InterruptedException {
    try {
      return new ProcessBuilder("chattr", flag, file.toString()).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aDatabaseWithoutAStoreIsNoStore() throws SQLException {
    Path file = directory.resolve("app.db");
    Databases.run(file, "CREATE TABLE users (id INTEGER)");
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT))
        .withMessageContainingAll("kyneta_meta", "kyneta_records", "not-a-store");
  }

  @Test
  void lookingLeavesAllAsItIs() throws SQLException, IOException {
    Path rollback = directory.resolve("rollback.db");
    Databases.run(rollback, FORMAT_1_DDL);
    Path log = directory.resolve("log.db");
    try (SqliteStore store = SqliteStore.open(log)) {
      store.appendAll("doc", stream(100));
    }
    Map<String, String> before = contents();
    for (Path file : new Path[] {rollback, log}) {
      try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
        load(store, "doc");
        store.head("doc");
        store.statistics(3, Progress.NONE);
        assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
        assertThatExceptionOfType(UnsupportedOperationException.class)
            .isThrownBy(() -> store.delete("doc"))
            .withMessageContaining("reading only");
      }
    }
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  @LeavesOpen("the store is closed under a cursor")
  void lookingThroughSeveralConnectionsAtOnceLeavesAllAsItIs() throws IOException {
    Path file = directory.resolve("log.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(100));
      store.appendAll("other", stream(100));
    }
    Map<String, String> before = contents();
    SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT);
    RecordCursor first = store.loadAll("doc");
    RecordCursor second = store.loadAll("other");
    second.next();
    first.close();
    store.close();
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void lookingBesideAWriterSeesWhatItWritesAndLeavesItsLog() throws IOException {
    Path file = directory.resolve("store.db");
    try (SqliteStore writer = SqliteStore.open(file)) {
      writer.appendAll("doc", stream(5));
      List<String> before = names();
      try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
        assertThat(load(store, "doc")).hasSize(6);
        writer.append("doc", Databases.entry(6));
        assertThat(load(store, "doc")).hasSize(7);
      }
      assertThat(names()).isEqualTo(before);
    }
  }

  /** Reads all files; only where no connection to one is open in this process. */
  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (String name : names()) {
      byte[] bytes = Files.readAllBytes(directory.resolve(name));
      contents.put(name, HexFormat.of().formatHex(bytes));
    }
    return contents;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
