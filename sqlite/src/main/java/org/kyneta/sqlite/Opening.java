package org.kyneta.sqlite;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;

/**
 * What a store is made of once it is open: its connections, its tables, and what it is called.
 *
 * <p>Whatever fails on the way, what was opened is closed again.
 */
record Opening(Connections connections, Schema schema, String name) {

  /** Opens a file to write to. */
  static Opening file(Path path, SqliteOptions options) {
    DatabaseFile file = DatabaseFile.toWrite(path, options);
    file.register();
    SqliteAdapter writer = null;
    boolean done = false;
    try {
      writer = file.openWriter();
      Opening opening = file(file, writer, options);
      done = true;
      return opening;
    } catch (SqliteException e) {
      throw Connections.translated(e);
    } finally {
      if (!done) {
        try {
          if (writer != null) {
            writer.close();
          }
        } finally {
          file.release();
        }
      }
    }
  }

  private static Opening file(DatabaseFile file, SqliteAdapter writer, SqliteOptions options) {
    boolean shared = options.binding().sharesFiles();
    if (!shared) {
      DatabaseFile.query(writer, "PRAGMA locking_mode = EXCLUSIVE");
    }
    Schema.requireUtf8(writer);
    // Refuse before anything is changed; what is missing is made where nobody can come between.
    Optional<Schema> found = Schema.find(writer, options.tables(), options.format());
    file.prepareWriter(writer);
    Schema schema =
        found
            .filter(there -> shared && there.isComplete(writer))
            .orElseGet(() -> openOrCreateByWriting(writer, options));
    Connections connections =
        shared
            ? new FileConnections(file, file::openReader).writing(writer, () -> openWriter(file))
            : new SharedConnection(writer, /* owned= */ true, file::release);
    return new Opening(connections, schema, file.path().toString());
  }

  /**
   * Opens or creates a store, and writes even if nothing is missing. Where opening a file to write
   * fails, SQLite opens it to read, and does not say so; nothing would ever take the place of the
   * one connection of a binding that does not share files. Beginning to write is no test: there,
   * SQLite begins to read instead.
   */
  private static Schema openOrCreateByWriting(SqliteAdapter writer, SqliteOptions options) {
    return writer.write(
        () -> {
          DatabaseFile.writeNothing(writer);
          return Schema.openOrCreate(writer, options.tables(), options.format());
        },
        options.busyTimeout());
  }

  private static SqliteAdapter openWriter(DatabaseFile file) {
    SqliteAdapter writer = file.openWriter();
    try {
      file.prepareWriter(writer);
      return writer;
    } catch (StorageException e) {
      writer.close();
      throw e;
    }
  }

  /** Opens a file to read from. */
  static Opening readOnly(Path path, SqliteOptions options) {
    DatabaseFile file = DatabaseFile.toRead(path, options);
    String name = file.path().toString();
    file.register();
    boolean done = false;
    try (SqliteAdapter reader = file.openOnlooker()) {
      Schema.requireUtf8(reader);
      Schema schema =
          Schema.find(reader, options.tables(), options.format())
              .orElseThrow(() -> noStore(name, options.tables()));
      Connections connections = new FileConnections(file, file::openOnlooker);
      done = true;
      return new Opening(connections, schema, name);
    } catch (SqliteException e) {
      throw Connections.translated(e);
    } finally {
      if (!done) {
        file.release();
      }
    }
  }

  private static IncompatibleFormatException noStore(String name, TableNames tables) {
    String meta =
        tables.meta() == null
            ? Format.V1.metaTable() + " or " + Format.V2.metaTable()
            : tables.meta();
    return new IncompatibleFormatException(
        Reason.NOT_A_STORE,
        name,
        "tables %s and %s".formatted(meta, tables.recordsName()),
        "other tables or none");
  }

  /** Opens a store over a connection that exists; if it is owned, it is closed on failure too. */
  static Opening over(SqliteAdapter adapter, SqliteOptions options, boolean owned) {
    adapter.lock.lock();
    Runnable release = () -> {};
    boolean done = false;
    try {
      adapter.requireSound();
      release = OpenFiles.register(adapter);
      OpenFiles.requireOneName(adapter);
      Schema.requireUtf8(adapter);
      Schema schema =
          adapter.write(
              () -> Schema.openOrCreate(adapter, options.tables(), options.format()),
              Duration.ZERO);
      done = true;
      return new Opening(new SharedConnection(adapter, owned, release), schema, adapter.name());
    } catch (SqliteException e) {
      throw e.primaryCode() == ResultCode.NOTADB
          ? DatabaseFile.notADatabase(adapter.name(), e)
          : Connections.translated(e);
    } finally {
      if (!done) {
        release.run();
        if (owned) {
          adapter.close();
        }
      }
      adapter.lock.unlock();
    }
  }
}
