package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.sqlite.ffm.FfmBinding;

/**
 * SQLite, through one of its bindings.
 *
 * @param binding the binding
 * @param version the version of its library
 * @param layer what is measured
 */
record SqliteAccess(SqliteBinding binding, String version, Layer layer) implements Access {

  /** Stands for the library of the system, where a path of one could be. */
  static final String SYSTEM = "system";

  /**
   * Finds what a peer is called after.
   *
   * @param peer one of our names in {@link Peers}
   * @param library the library for those that use FFM: a path, or {@link #SYSTEM}
   * @throws IllegalArgumentException if there is no such peer
   */
  static SqliteAccess of(String peer, @Nullable String library) {
    return switch (peer) {
      case Peers.JDBC -> new SqliteAccess(SqliteBinding.JDBC, driverVersion(), Layer.STORE);
      case Peers.RAW_JDBC -> new SqliteAccess(SqliteBinding.JDBC, driverVersion(), Layer.DRIVER);
      case Peers.FFM -> ffm(library, Layer.STORE);
      case Peers.RAW_FFM -> ffm(library, Layer.ADAPTER);
      default -> throw new IllegalArgumentException("expected a peer's name, found " + peer);
    };
  }

  private static SqliteAccess ffm(@Nullable String library, Layer layer) {
    FfmBinding binding =
        library == null || library.equals(SYSTEM)
            ? FfmBinding.system()
            : FfmBinding.at(Path.of(library));
    return new SqliteAccess(binding, binding.version(), layer);
  }

  private static String driverVersion() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public Subject open(String place, Command command) {
    Path file = Path.of(place);
    return switch (layer) {
      case STORE -> new StoreSubject(openStore(place, command));
      case DRIVER -> RawJdbc.open(file, sync(command));
      case ADAPTER -> RawFfm.open(binding, file, sync(command));
    };
  }

  @Override
  public SqliteStore openStore(String place, Command command) {
    Durability durability = Durability.valueOf(sync(command));
    return SqliteStore.open(
        Path.of(place), SqliteOptions.DEFAULT.withDurability(durability).withBinding(binding));
  }

  @Override
  public SqliteStore openNewStore(String place, Command command) throws IOException {
    remove(place);
    switch (command.text("checksums", "on")) {
      case "on" -> {}
      case "off" -> createUnchecked(place);
      case String other ->
          throw new IllegalArgumentException("expected checksums on, off, found " + other);
    }
    return openStore(place, command);
  }

  private void createUnchecked(String file) {
    try (SqliteAdapter adapter = binding.open(file, file)) {
      RawSql.UNCHECKED_TABLES.forEach(sql -> adapter.exec(sql, SqliteAdapter.Binding.NONE));
    }
  }

  /** Our store has no mode without synchronisation: {@code off} is the least that it has. */
  private static String sync(Command command) {
    return switch (command.text("sync", "normal")) {
      case "full" -> "FULL";
      case "normal", "off" -> "NORMAL";
      case String other ->
          throw new IllegalArgumentException("expected sync full, normal, off, found " + other);
    };
  }

  @Override
  public String warmUpPlace(String place) {
    return place + "-warm-up";
  }

  @Override
  public void require(String place) throws IOException {
    if (!Files.exists(Path.of(place))) {
      throw new NoSuchFileException(place);
    }
  }

  @Override
  public void remove(String place) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(Path.of(place + suffix));
    }
  }
}
