package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
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
 * How a peer of ours gets at its databases: through which binding, and with the store or without.
 *
 * @param binding the binding
 * @param sqlite the version of its library
 * @param layer what is measured
 */
record Access(SqliteBinding binding, String sqlite, Layer layer) {

  /** Stands for the library of the system, where a path of one could be. */
  static final String SYSTEM = "system";

  /** What is measured. */
  enum Layer {
    STORE,
    /** The store's statements as prepared statements of the driver. */
    DRIVER,
    /** The store's statements by way of the binding's adapter. */
    ADAPTER
  }

  /**
   * Finds what a peer is called after.
   *
   * @param peer one of our names in {@link Peers}
   * @param library the library for those that use FFM: a path, or {@link #SYSTEM}
   * @throws IllegalArgumentException if there is no such peer
   */
  static Access of(String peer, @Nullable String library) {
    return switch (peer) {
      case Peers.JDBC -> new Access(SqliteBinding.JDBC, driverVersion(), Layer.STORE);
      case Peers.RAW_JDBC -> new Access(SqliteBinding.JDBC, driverVersion(), Layer.DRIVER);
      case Peers.FFM -> ffm(library, Layer.STORE);
      case Peers.RAW_FFM -> ffm(library, Layer.ADAPTER);
      default -> throw new IllegalArgumentException("expected a peer's name, found " + peer);
    };
  }

  private static Access ffm(@Nullable String library, Layer layer) {
    FfmBinding binding =
        library == null || library.equals(SYSTEM)
            ? FfmBinding.system()
            : FfmBinding.at(Path.of(library));
    return new Access(binding, binding.version(), layer);
  }

  private static String driverVersion() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Opens a database for what this measures; for {@code append} and {@code load}. */
  Subject open(Path file, Command command) {
    return switch (layer) {
      case STORE -> new StoreSubject(openStore(file, command));
      case DRIVER -> RawJdbc.open(file, sync(command));
      case ADAPTER -> RawFfm.open(binding, file, sync(command));
    };
  }

  /** Opens a store, whatever this measures. */
  SqliteStore openStore(Path file, Command command) {
    Durability durability = Durability.valueOf(sync(command));
    return SqliteStore.open(
        file, SqliteOptions.DEFAULT.withDurability(durability).withBinding(binding));
  }

  /** Opens a store in a new file, without checksums if the command says so. */
  SqliteStore openNewStore(Path file, Command command) throws IOException {
    remove(file);
    switch (command.text("checksums", "on")) {
      case "on" -> {}
      case "off" -> createUnchecked(file);
      case String other ->
          throw new IllegalArgumentException("expected checksums on, off, found " + other);
    }
    return openStore(file, command);
  }

  private void createUnchecked(Path file) {
    try (SqliteAdapter adapter = binding.open(file.toString(), file.toString())) {
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

  static void remove(Path database) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(Path.of(database + suffix));
    }
  }
}
