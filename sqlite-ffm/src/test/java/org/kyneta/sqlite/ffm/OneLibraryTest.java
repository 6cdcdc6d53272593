package org.kyneta.sqlite.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.JdbcSqliteAdapter;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StorageException;

/** A file is reached through one SQLite library at a time, whoever has brought the connection. */
class OneLibraryTest {

  private static final FfmBinding FFM = FfmBinding.system();
  private static final SqliteOptions OPTIONS = SqliteOptions.DEFAULT.withBinding(FFM);

  @TempDir private Path directory;
  private Path file;

  /** The file under the names that may be written to. */
  private List<Path> names;

  /** A second name, under which it may only be read while it is there. */
  private Path hard;

  @BeforeEach
  void makeFile() throws IOException {
    file = directory.resolve("store.db");
    SqliteStore.open(file).close();
    names = List.of(file, Files.createSymbolicLink(directory.resolve("symbolic"), file));
    hard = directory.resolve("hard");
  }

  private static Connection connect(Path path) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + path);
  }

  private static void assertRefused(Path path, String open, String tried, ThrowingCallable call) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(call)
        .withMessage(
            path
                + ": expected to be opened through "
                + open
                + " only, as it is already in this process, found "
                + tried
                + "; two SQLite libraries on one file would destroy it");
  }

  @Test
  void besideAConnectionOfTheCallersAnotherLibraryIsRefused() throws SQLException, IOException {
    for (Path name : names) {
      try (Connection connection = connect(name);
          JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection)) {
        SqliteStore store = SqliteStore.over(adapter);
        Files.createLink(hard, file);
        for (Path other : List.of(names.get(0), names.get(1), hard)) {
          assertRefused(
              other, "sqlite-jdbc", FFM.library(), () -> SqliteStore.open(other, OPTIONS));
        }
        Files.delete(hard);
        store.close();
        store.close();
      }
      SqliteStore.open(name, OPTIONS).close();
    }
  }

  @Test
  void aConnectionOfAnotherLibraryIsRefusedBesideAStore() throws IOException {
    try (SqliteStore store = SqliteStore.open(file)) {
      Files.createLink(hard, file);
      for (Path name : List.of(names.get(0), names.get(1), hard)) {
        try (SqliteAdapter adapter = FFM.open(name.toString())) {
          assertThatExceptionOfType(StorageException.class)
              .isThrownBy(() -> SqliteStore.over(adapter))
              .withMessageContainingAll("through sqlite-jdbc only", "found " + FFM.library());
        }
      }
      assertThat(store.currentMeta("doc")).isEmpty();
    }
  }

  @Test
  void aConnectionOfAnotherLibraryIsRefusedBesideAConnection() throws SQLException {
    try (SqliteAdapter adapter = FFM.open(file.toString());
        SqliteStore store = SqliteStore.over(adapter);
        Connection connection = connect(file);
        JdbcSqliteAdapter other = JdbcSqliteAdapter.over(connection)) {
      assertRefused(file, FFM.library(), "sqlite-jdbc", () -> SqliteStore.over(other));
      assertThat(store.currentMeta("doc")).isEmpty();
    }
  }

  @Test
  void connectionsOfOneLibraryAreAllowedBesideEachOtherAndCountedOneByOne()
      throws SQLException, IOException {
    Connection first = connect(file);
    Connection second = connect(names.get(1));
    try (first;
        second) {
      SqliteStore one = SqliteStore.over(JdbcSqliteAdapter.over(first));
      SqliteStore same = SqliteStore.over(JdbcSqliteAdapter.over(first));
      SqliteStore other = SqliteStore.over(JdbcSqliteAdapter.over(second));
      Files.createLink(hard, file);
      SqliteStore owner = SqliteStore.openReadOnly(hard, SqliteOptions.DEFAULT);
      for (SqliteStore store : List.of(one, same, owner, other)) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> SqliteStore.open(file, OPTIONS))
            .withMessageContaining("through sqlite-jdbc only");
        store.close();
      }
    }
    Files.delete(hard);
    SqliteStore.open(file, OPTIONS).close();
  }

  @Test
  void aStoreThatCouldNotBeOpenedHoldsNothing() throws SQLException {
    Path empty = directory.resolve("empty.db");
    try (Connection connection = connect(empty);
        Statement statement = connection.createStatement();
        JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection)) {
      statement.execute("CREATE TABLE kyneta_meta (other TEXT)");
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> SqliteStore.over(adapter))
          .withMessageContaining("doc_id");
      statement.execute("DROP TABLE kyneta_meta");
    }
    SqliteStore.open(empty, OPTIONS).close();
  }

  @Test
  void aFileThatAConnectionHasAttachedCountsToo() throws SQLException {
    try (Connection connection = connect(directory.resolve("main.db"));
        Statement statement = connection.createStatement();
        JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection)) {
      statement.execute("ATTACH '%s' AS attached".formatted(file));
      try (SqliteStore store = SqliteStore.over(adapter)) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> SqliteStore.open(file, OPTIONS));
        assertThat(store.currentMeta("doc")).isEmpty();
      }
    }
    SqliteStore.open(file, OPTIONS).close();
  }

  @Test
  void databasesWithoutAFileAreNobodyElsesAffair() throws SQLException {
    for (String address : List.of("", ":memory:")) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + address);
          JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection);
          SqliteStore store = SqliteStore.over(adapter);
          SqliteAdapter native1 = FFM.open(address);
          SqliteStore other = SqliteStore.over(native1)) {
        assertThat(store.currentMeta("doc")).isEqualTo(other.currentMeta("doc"));
      }
    }
  }
}
