package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.kyneta.cli.StoreLocation.Writing;
import org.kyneta.sql.TableNames;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The store that a command works on. */
final class StoreArgument {

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreLocation.Converter.class,
      description = StoreLocation.HELP)
  @SuppressWarnings("NullAway.Init")
  private StoreLocation location;

  @Option(
      names = "--tables",
      paramLabel = "NAMES",
      converter = TablesConverter.class,
      description = "Its tables, where not the usual ones: " + TablesConverter.SYNTAX + ".")
  private TableNames tables = TableNames.DEFAULT;

  StoreLocation location() {
    return location;
  }

  TableNames tables() {
    return tables;
  }

  /**
   * Returns the store's file, for a command that works on files alone.
   *
   * @param instead what can be done about a server
   */
  StoreFile file(String instead) {
    return switch (location) {
      case StoreFile file -> file;
      case StoreServer server ->
          throw new Failure("%s: expected an SQLite file; %s".formatted(server, instead));
    };
  }

  /** Opens the store so that nothing in it or beside it changes. */
  OpenStore openToLook() {
    return location.openToLook(tables);
  }

  /** Opens the store to write, or creates it. */
  OpenStore openToWrite(Writing writing) {
    return openToWrite(location, writing);
  }

  static OpenStore openToWrite(StoreLocation location, Writing writing) {
    try {
      return location.openToWrite(writing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
