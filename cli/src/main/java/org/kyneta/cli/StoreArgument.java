package org.kyneta.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The store that a command works on. */
final class StoreArgument {

  @Parameters(index = "0", paramLabel = "STORE", description = "The SQLite file of the store.")
  @SuppressWarnings("NullAway.Init")
  private Path path;

  @Option(
      names = "--tables",
      paramLabel = "NAMES",
      converter = TablesConverter.class,
      description = "Its tables, where not the usual ones: " + TablesConverter.SYNTAX + ".")
  private TableNames tables = TableNames.DEFAULT;

  Path path() {
    return path;
  }

  TableNames tables() {
    return tables;
  }

  /** Opens the store so that nothing in the file or beside it changes. */
  SqliteStore openToLook() {
    return SqliteStore.openReadOnly(path, SqliteOptions.DEFAULT.withTables(tables));
  }

  /** Opens the store, or creates it, in a format if one is given. */
  SqliteStore openToWrite(SqliteOptions options, @Nullable Format format) {
    SqliteOptions withTables = options.withTables(tables);
    return SqliteStore.open(path, format == null ? withTables : withTables.withFormat(format));
  }
}
